// Is a session served from memory only while nothing about it can have changed unheard?
import t from 'tap'
import type { Test } from 'tap'
import type { ChangeKind } from '../../src/postgres/changes.ts'
import { createLiveSessions, type LiveSessionsOptions } from '../../src/postgres/live-sessions.ts'
import type { LiveSession, SessionKey } from '../../src/tenant/sign-in.ts'
import { acme, acmeOkta, acmePreview, ada, after, bob, globex, globexOkta, gus, now, signInOf } from '../contracts/cast.ts'
import { createFakeChanges } from './fake-changes.ts'

function sessionOf (name: string, member = ada, connection = acmeOkta): LiveSession {
  const { session, signIn } = signInOf(name, member, connection)
  return {
    ...session,
    signIn: signIn.signIn,
    member,
    tenant: member.tenantId === acme.id ? acme : globex,
    connection: { id: connection.id, state: 'live', pilotEmails: [], endsOktaSession: false },
    createdAt: now,
    lastSeenAt: now
  }
}

/** In the table: who, of which tenant, through which connection. */
const table: Record<string, () => LiveSession> = {
  ada: () => sessionOf('ada'),
  bob: () => sessionOf('bob', bob),
  'ada-preview': () => sessionOf('ada-preview', ada, acmePreview),
  gus: () => sessionOf('gus', gus, globexOkta)
}

function open (test: Test, options: Partial<LiveSessionsOptions> = {}) {
  const changes = createFakeChanges()
  const loads: string[] = []
  const written: Array<Record<string, Date>> = []
  const live = createLiveSessions({
    load: async idHash => {
      loads.push(idHash)
      return table[idHash]?.() ?? null
    },
    write: async seen => { written.push(Object.fromEntries(seen)) },
    changes,
    ...options
  })
  test.teardown(async () => { await live.close().catch(() => {}) })
  return { live, changes, loads, written }
}

const keyOf = (idHash: string): SessionKey => ({ idHash, left: null })

/** A table that answers when it is told to. */
function slowTable () {
  const asked: Array<(session: LiveSession | null) => void> = []
  return { asked, load: async () => await new Promise<LiveSession | null>(resolve => { asked.push(resolve) }) }
}

void t.test('a session is read once and at hand from then on', async t => {
  const { live, loads } = open(t)
  const first = live.find('ada')
  t.ok(first instanceof Promise)
  const session = await first
  t.match(session, { member: { id: ada.id } })
  t.equal(live.find('ada'), session, 'not promised: there')
  t.same(loads, ['ada'])
})

void t.test('at hand is what was read and may be believed; asking for it reads nothing', async t => {
  const { live, loads, changes } = open(t)
  t.equal(live.atHand(keyOf('ada')), null)
  const session = await live.find('ada')
  t.equal(live.atHand(keyOf('ada')), session)
  t.same(live.stats(), { hits: 1, misses: 1 }, 'what was not at hand is counted by whoever reads it')
  changes.trust(false)
  t.equal(live.atHand(keyOf('ada')), null, 'not while nobody listens')
  changes.trust(true)
  t.equal(live.atHand(keyOf('ada')), session)
  const told: ReadonlyArray<readonly [ChangeKind, string]> = [['session', 'ada'], ['member', ada.id], ['tenant', acme.id], ['connection', acmeOkta.id]]
  for (const [kind, id] of told) {
    changes.tell(kind, id)
    t.equal(live.atHand(keyOf('ada')), null, `${kind} ${id}`)
    const again = await live.find('ada')
    t.equal(live.atHand(keyOf('ada')), again)
  }
  changes.doubt()
  t.equal(live.atHand(keyOf('ada')), null)
  t.equal(live.atHand(keyOf('nobody')), null)
  t.equal(loads.length, 5)
})

void t.test('what was found is left with its key, and taken away from it whenever it may not be believed any longer', async t => {
  const endings: Readonly<Record<string, (opened: ReturnType<typeof open>) => void | Promise<void>>> = {
    'its end was told': ({ changes }) => { changes.tell('session', 'ada') },
    'its person changed': ({ changes }) => { changes.tell('member', ada.id) },
    'its tenant changed': ({ changes }) => { changes.tell('tenant', acme.id) },
    'its connection changed': ({ changes }) => { changes.tell('connection', acmeOkta.id) },
    'changes may have been missed': ({ changes }) => { changes.doubt() },
    'it was forgotten': ({ live }) => { live.forget('ada') },
    'others came': async ({ live }) => { for (const idHash of ['bob', 'gus']) await live.find(idHash) }
  }
  for (const [what, end] of Object.entries(endings)) {
    const opened = open(t, what === 'others came' ? { max: 2 } : {})
    const { live } = opened
    const session = await live.find('ada')
    const key = keyOf('ada')
    t.equal(live.atHand(key), session, what)
    if (what !== 'others came') t.equal(key.left, session, 'found without a look at its hash the next time')
    t.equal(live.atHand(key), session, what)
    await end(opened)
    t.equal(live.atHand(key), null, what)
    t.equal(key.left, null, what)
  }
})

void t.test('what was read again is what the key finds', async t => {
  const { live } = open(t)
  const first = await live.find('ada')
  const key = keyOf('ada')
  t.equal(live.atHand(key), first)
  const again = await live.reload('ada')
  t.not(again, first)
  t.equal(live.atHand(key), again)
  t.equal(key.left, again)
})

void t.test('a session is left with one key at a time; nobody finds it by a key that was made up', async t => {
  const { live, changes } = open(t)
  const session = await live.find('ada')
  const [one, other] = [keyOf('ada'), keyOf('ada')]
  t.equal(live.atHand(one), session)
  t.equal(live.atHand(other), session)
  t.same([one.left, other.left], [null, session])
  t.equal(live.atHand({ idHash: 'nobody', left: session }), null)
  t.equal(live.atHand({ idHash: 'nobody', left: sessionOf('ada') }), null)
  changes.trust(false)
  t.equal(live.atHand(other), null, 'not while nobody listens')
})

void t.test('where memory is nearly full, whoever is asked for stays in it, by whatever key', async t => {
  const { live } = open(t, { max: 2 })
  const session = await live.find('ada')
  const key = keyOf('ada')
  t.equal(live.atHand(key), session)
  await live.find('bob')
  t.equal(live.atHand(key), session)
  await live.find('gus')
  t.equal(live.atHand(key), session, 'bob had to go')
  t.equal(live.atHand(keyOf('bob')), null)
})

void t.test('many who ask at once cause one reading', async t => {
  const { live, loads } = open(t)
  const [one, other] = await Promise.all([live.find('ada'), live.find('ada')])
  t.equal(one, other)
  t.same(loads, ['ada'])
})

const drops: Array<[ChangeKind, string, string[]]> = [
  ['session', 'ada', ['ada']],
  ['session', 'unknown', []],
  ['member', ada.id, ['ada', 'ada-preview']],
  ['member', gus.id, ['gus']],
  ['tenant', acme.id, ['ada', 'bob', 'ada-preview']],
  ['tenant', globex.id, ['gus']],
  ['connection', acmeOkta.id, ['ada', 'bob']],
  ['connection', acmePreview.id, ['ada-preview']],
  ['connection', ada.id, []],
  ['app', 'app-orders', []],
  ['signing-key', 'key-one', []]
]
for (const [kind, id, expected] of drops) {
  void t.test(`a change of ${kind} ${id} makes exactly these be read again: ${expected.join(', ') || 'none'}`, async t => {
    const { live, loads, changes } = open(t)
    for (const idHash of Object.keys(table)) await live.find(idHash)
    loads.length = 0
    for (const times of [1, 2]) {
      if (times === 1) changes.tell(kind, id)
      for (const idHash of Object.keys(table)) await live.find(idHash)
      t.same(loads, expected, 'once')
    }
  })
}

void t.test('a session that is read again after a change hears of the next one', async t => {
  const { live, loads, changes } = open(t)
  for (const times of [1, 2, 3]) {
    await live.find('ada')
    t.equal(loads.length, times)
    changes.tell('tenant', acme.id)
  }
})

void t.test('a session that leaves the memory does not take the hearing of the others along', async t => {
  const { live, loads, changes } = open(t)
  for (const idHash of ['ada', 'ada-preview']) await live.find(idHash)
  live.forget('ada')
  changes.tell('member', ada.id)
  await live.find('ada-preview')
  t.same(loads, ['ada', 'ada-preview', 'ada-preview'])
})

void t.test('nothing is served from memory without trust', async t => {
  const { live, loads, changes } = open(t)
  await live.find('ada')
  await live.find('unknown')
  changes.trust(false)
  for (const idHash of ['ada', 'ada', 'unknown']) await live.find(idHash)
  t.same(loads, ['ada', 'unknown', 'ada', 'ada', 'unknown'])
})

void t.test('what was read without trust is not remembered', async t => {
  const { live, loads, changes } = open(t)
  changes.trust(false)
  await live.find('ada')
  changes.trust(true)
  t.ok(live.find('ada') instanceof Promise)
  t.equal(loads.length, 2)
})

void t.test('in doubt everything is forgotten', async t => {
  const { live, loads, changes } = open(t)
  for (const idHash of Object.keys(table)) await live.find(idHash)
  changes.doubt()
  t.equal(live.size(), 0)
  await live.find('ada')
  t.equal(loads.length, 5)
})

void t.test('a change between the reading and the remembering: it is answered and not remembered', async t => {
  const { asked, load } = slowTable()
  const { live, changes } = open(t, { load })
  const before = live.find('ada')
  changes.tell('member', ada.id)
  const after = live.find('ada')
  t.equal(asked.length, 2, 'whoever asks after the change does not join the reading from before it')
  asked[0]?.(sessionOf('ada'))
  t.ok(await before)
  t.equal(live.size(), 0)
  const fresh = sessionOf('ada')
  asked[1]?.(fresh)
  t.match(await after, fresh)
  t.equal(live.find('ada'), await after)
})

void t.test('sessions of one customer hold one tenant and one connection, until one of them changes', async t => {
  const { asked, load } = slowTable()
  const { live, changes } = open(t, { load })
  const read = async (idHash: string, change: Partial<LiveSession> = {}) => {
    const reading = live.find(idHash)
    asked.at(-1)?.({ ...structuredClone(sessionOf('ada')), ...change })
    return await reading
  }
  const [first, second] = [await read('one'), await read('two')]
  t.not(first, second)
  t.equal(second?.tenant, first?.tenant)
  t.equal(second?.member, first?.member)
  t.equal(second?.connection, first?.connection)
  changes.tell('tenant', acme.id)
  const third = await read('three', { tenant: { ...acme, name: 'Acme Corp' } })
  t.equal(third?.tenant.name, 'Acme Corp', 'what was read is answered, whatever another session was read with')
  t.equal(third?.member, first?.member)
})

void t.test('trust that is lost between the reading and the remembering: it is not remembered', async t => {
  const { asked, load } = slowTable()
  const { live, changes } = open(t, { load })
  for (const lose of [() => changes.trust(false), () => changes.doubt()]) {
    const asking = live.find('ada')
    lose()
    asked.at(-1)?.(sessionOf('ada'))
    t.ok(await asking)
    changes.trust(true)
    t.equal(live.size(), 0)
  }
})

void t.test('an unknown id costs one reading, however often it comes', async t => {
  const { live, loads, changes } = open(t)
  t.equal(await live.find('unknown'), null)
  t.equal(live.find('unknown'), null)
  changes.tell('member', ada.id)
  t.equal(live.find('unknown'), null)
  t.same(loads, ['unknown'])
})

void t.test('an id that was being looked for while something changed is not held unknown', async t => {
  const { asked, load } = slowTable()
  const { live, changes } = open(t, { load })
  const asking = live.find('ada')
  changes.tell('app', 'app-orders')
  asked[0]?.(null)
  t.equal(await asking, null)
  t.ok(live.find('ada') instanceof Promise)
})

void t.test('a failed reading is told to those who asked and tried again by the next', async t => {
  let fails = true
  const { live } = open(t, { load: async () => { if (fails) throw new Error('the table is away'); return sessionOf('ada') } })
  await t.rejects(Promise.all([live.find('ada'), live.find('ada')]), /the table is away/)
  fails = false
  t.ok(await live.find('ada'))
})

void t.test('no more sessions are remembered than there is room for, and the least used go first', async t => {
  const { live, loads } = open(t, { max: 2 })
  for (const idHash of ['ada', 'bob', 'ada', 'gus']) await live.find(idHash)
  t.equal(live.size(), 2)
  loads.length = 0
  for (const idHash of ['ada', 'gus', 'bob']) await live.find(idHash)
  t.same(loads, ['bob'])
})

void t.test('a session that is forgotten here is read again at once', async t => {
  const { live, loads } = open(t)
  await live.find('ada')
  live.forget('ada')
  await live.find('ada')
  t.equal(loads.length, 2)
})

void t.test('reloading reads past the memory and remembers what was read, unless it cannot be trusted', async t => {
  const { live, loads, changes } = open(t)
  const first = await live.find('ada')
  const second = await live.reload('ada')
  t.not(second, first)
  t.equal(live.find('ada'), second)
  changes.trust(false)
  await live.reload('ada')
  changes.trust(true)
  t.equal(loads.length, 3)
  t.equal(await live.reload('unknown'), null)
})

void t.test('use is noted at once and written down once a minute for each session', async t => {
  const { live, written } = open(t)
  const session = await live.find('ada')
  if (session === null) throw new Error('no session')
  for (const seconds of [10, 30, 59]) live.touch('ada', session, after(seconds))
  t.same(session.lastSeenAt, after(59))
  await live.flush()
  t.same(written, [])
  for (const seconds of [60, 61, 80]) live.touch('ada', session, after(seconds))
  await live.flush()
  await live.flush()
  t.same(written, [{ ada: after(60) }])
  live.touch('ada', session, after(120))
  await live.flush()
  t.same(written.at(-1), { ada: after(120) })
})

void t.test('a session that may be idle for a short time only is written down sooner', async t => {
  const { live, written } = open(t, { load: async () => ({ ...sessionOf('ada'), idleSeconds: 20 }) })
  const session = await live.find('ada')
  if (session === null) throw new Error('no session')
  for (const seconds of [4, 5]) live.touch('ada', session, after(seconds))
  await live.flush()
  t.same(written, [{ ada: after(5) }])
})

void t.test('the time of last use never goes back', async t => {
  const { live, written } = open(t)
  const session = await live.find('ada')
  if (session === null) throw new Error('no session')
  live.touch('ada', session, after(90))
  live.touch('ada', session, after(70))
  await live.flush()
  t.same(session.lastSeenAt, after(90))
  t.same(written, [{ ada: after(90) }])
})

void t.test('the use of a session that is not remembered is written down each time', async t => {
  const { live, written, changes } = open(t)
  changes.trust(false)
  const session = await live.find('ada')
  if (session === null) throw new Error('no session')
  live.touch('ada', session, after(1))
  await live.flush()
  t.same(written, [{ ada: after(1) }])
})

void t.test('many are written down in one statement', async t => {
  const { live, written } = open(t)
  for (const idHash of ['ada', 'bob', 'gus']) {
    const session = await live.find(idHash)
    if (session !== null) live.touch(idHash, session, after(60))
  }
  await live.flush()
  t.same(written, [{ ada: after(60), bob: after(60), gus: after(60) }])
})

void t.test('what could not be written down is written down next time, unless something later is known', async t => {
  let fails = true
  const written: Array<Record<string, Date>> = []
  const { live } = open(t, {
    write: async seen => {
      await Promise.resolve()
      if (fails) throw new Error('the table is away')
      written.push(Object.fromEntries(seen))
    }
  })
  const [ada, bob] = [await live.find('ada'), await live.find('bob')]
  if (ada === null || bob === null) throw new Error('no session')
  live.touch('ada', ada, after(60))
  live.touch('bob', bob, after(60))
  const flushing = live.flush()
  live.touch('ada', ada, after(120))
  await t.rejects(flushing, /the table is away/)
  fails = false
  await live.flush()
  t.same(written, [{ ada: after(120), bob: after(60) }])
})

void t.test('at the end what is noted is written down', async t => {
  const { live, written } = open(t)
  const session = await live.find('ada')
  if (session !== null) live.touch('ada', session, after(60))
  await live.close()
  t.same(written, [{ ada: after(60) }])
})

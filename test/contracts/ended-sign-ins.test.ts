// Can a service that asks again and again miss the end of a sign-in?
import pg from 'pg'
import t from 'tap'
import type { Test } from 'tap'
import { createEndedSignIns } from '../../src/postgres/ended-sign-ins.ts'
import { createExpired } from '../../src/postgres/expired.ts'
import type { Member } from '../../src/tenant/member.ts'
import { openFreshDatabase, openStores } from '../postgres/fresh-database.ts'
import { until } from '../postgres/until.ts'
import { acme, acmeOkta, acmePreview, ada, bob, globex, globexOkta, gus, now, setTheScene, signInOf } from './cast.ts'

// The database dates ends by its own clock. These sign-ins are good, or over, by any clock that it may have.
const [farAhead, longAgo] = [new Date('2126-01-01T00:00:00Z'), new Date('2020-01-01T00:00:00Z')]

async function open (test: Test) {
  const database = await openFreshDatabase(test)
  const stores = openStores(database)
  await setTheScene(stores)
  const feed = createEndedSignIns(database.db, 3_900)
  const connect = async () => {
    const client = new pg.Client({ connectionString: database.url.reveal() })
    await client.connect()
    test.teardown(async () => { await client.end() })
    return client
  }
  return {
    ...database,
    ...stores,
    feed,
    connect,
    async signIn (names: string, member: Member = bob, connection = acmeOkta, createdAt = farAhead) {
      for (const name of names.split(' ')) {
        const made = signInOf(name, member, connection, createdAt)
        await stores.sessions.save(made.idHash, made.session, made.signIn)
      }
    },
    all: async () => (await feed.list(null, 100)).ended.map(String)
  }
}

void t.test('whichever way a sign-in ends, it is told', async t => {
  const { sessions, signOuts, members, connections, tenants, signIn, raw, all } = await open(t)
  const ways: ReadonlyArray<readonly [string, () => Promise<unknown>, readonly string[]]> = [
    ['signed out', async () => await signOuts.save(signInOf('a').idHash, now, '192.0.2.7'), ['a']],
    ['signed out everywhere', async () => await signOuts.saveEverywhere(signInOf('b').idHash, now, '192.0.2.7'), ['b', 'c']],
    ['by id', async () => await sessions.revokeById('sin-d'), ['d']],
    ['replaced by a new sign-in', async () => await sessions.revoke(signInOf('e').idHash), ['e']],
    ['by hand', async () => await raw("delete from sign_ins where id = 'sin-f'"), ['f']],
    ['member deleted', async () => await members.remove(acme.id, bob.id), ['g', 'h']],
    ['connection deleted', async () => { await connections.move(acme.id, acmePreview.id, { move: 'retire' }, now); await connections.remove(acme.id, acmePreview.id) }, ['i']],
    ['all of a tenant', async () => await sessions.revokeTenant(acme.id), ['j']],
    ['tenant deleted', async () => await tenants.remove(globex.id), ['k', 'l']],
    ['all', async () => await sessions.revokeAll(), ['m']]
  ]
  const told: string[] = []
  for (const [way, end, names] of ways) {
    const [member, connection] = way === 'tenant deleted' ? [gus, globexOkta] : way === 'connection deleted' ? [ada, acmePreview] : ['all of a tenant', 'all'].includes(way) ? [ada, acmeOkta] : [bob, acmeOkta]
    await signIn(names.join(' '), member, connection)
    await end()
    t.same((await all()).filter(id => !told.includes(id)).sort(), names.map(name => `sin-${name}`), way)
    told.push(...await all())
  }
  t.match(await raw("select tenant_id, member_id from ended_sign_ins where sign_in_id = 'sin-k'"), [{ tenant_id: globex.id, member_id: gus.id }], 'and of whom, though both are gone')
})

void t.test('what ran out by itself and is swept away is no news: its tokens ended before it', async t => {
  const { signIn, raw, all, db } = await open(t)
  await signIn('old', bob, acmeOkta, longAgo)
  t.equal(await createExpired(db).removeSignIns(now, 10), 1)
  t.same(await all(), [])
  await signIn('young')
  await raw("update sign_ins set expires_at = now() - interval '1 minute'")
  await raw('delete from sign_ins')
  t.same(await all(), ['sin-young'], 'but for those whose clocks are slow')
})

void t.test('one end after the other is read, each once, and what names nobody begins anew', async t => {
  const { sessions, signIn, feed, raw } = await open(t)
  t.same(await feed.list(null, 10), { ended: [], next: null, more: false })
  await signIn('a b c d')
  for (const name of ['c', 'a']) await sessions.revokeById(`sin-${name}`)
  const first = await feed.list(null, 10)
  t.same(first, { ended: ['sin-c', 'sin-a'], next: first.next, more: false })
  t.same(await feed.list(first.next, 10), { ended: [], next: first.next, more: false })
  await sessions.revokeById('sin-d')
  t.match(await feed.list(first.next, 10), { ended: ['sin-d'], more: false })
  for (const strange of ['', 'x', Buffer.from('1 sin-other').toString('base64url'), Buffer.from(`${'9'.repeat(30)} sin-a`).toString('base64url'), Buffer.from('1 \' or true').toString('base64url')]) {
    t.same((await feed.list(strange, 10)).ended, ['sin-c', 'sin-a', 'sin-d'], strange)
  }
  await raw('truncate ended_sign_ins restart identity')
  await sessions.revokeById('sin-b')
  t.same((await feed.list(first.next, 10)).ended, ['sin-b'], 'in a database that was restored a number means nothing without its sign-in')
})

void t.test('many come in parts, and none twice', async t => {
  const { sessions, signIn, feed } = await open(t)
  await signIn('a b c d e')
  await sessions.revokeAll()
  const seen: string[] = []
  let since: string | null = null
  for (let more = true; more;) {
    const page = await feed.list(since, 2)
    t.ok(page.ended.length <= 2)
    seen.push(...page.ended)
    ;({ next: since, more } = page)
  }
  t.same(seen.sort(), ['sin-a', 'sin-b', 'sin-c', 'sin-d', 'sin-e'])
})

void t.test('what was ended in a transaction that stayed open for long is told when it ends, after what was ended meanwhile, and blocks nobody', async t => {
  const { sessions, signIn, feed, connect } = await open(t)
  await signIn('slow quick')
  const hand = await connect()
  await hand.query('begin')
  await hand.query("delete from sign_ins where id = 'sin-slow'")
  await sessions.revokeById('sin-quick')
  const before = await feed.list(null, 10)
  t.same(before.ended, ['sin-quick'])
  await hand.query('commit')
  const { rows: [dated] } = await hand.query<{ late: boolean }>("select max(ended_at) filter (where sign_in_id = 'sin-slow') > max(ended_at) filter (where sign_in_id = 'sin-quick') as late from ended_sign_ins")
  t.ok(dated?.late, 'dated when it really ended: until then its tokens were made')
  t.same((await feed.list(before.next, 10)).ended, ['sin-slow'])
})

void t.test('of two that commit at the same moment, the second is numbered when the first can be seen', async t => {
  const { signIn, feed, connect } = await open(t)
  await signIn('first second')
  const [one, other] = [await connect(), await connect()]
  await one.query('begin')
  await one.query("delete from sign_ins where id = 'sin-first'")
  // As far into its commit as one can be held.
  await one.query('set constraints all immediate')
  const second = other.query("delete from sign_ins where id = 'sin-second'")
  await until('the second waits for the first', async () => (await one.query("select 1 from pg_locks where locktype = 'advisory' and not granted")).rowCount === 1)
  t.same(await feed.list(null, 10), { ended: [], next: null, more: false }, 'nobody can see the second before the first')
  await one.query('commit')
  await second
  t.same((await feed.list(null, 10)).ended, ['sin-first', 'sin-second'])
})

void t.test('an end that is undone is not told', async t => {
  const { signIn, all, connect } = await open(t)
  await signIn('a')
  const hand = await connect()
  for (const statement of ['begin', 'delete from sign_ins', 'rollback']) await hand.query(statement)
  t.same(await all(), [])
})

void t.test('old ends are told no more, and are swept in batches', async t => {
  const { sessions, signIn, feed, raw, db } = await open(t)
  await signIn('a b c d')
  for (const name of ['a', 'b', 'c', 'd']) await sessions.revokeById(`sin-${name}`)
  await raw("update ended_sign_ins set ended_at = now() - interval '66 minutes' where sign_in_id in ('sin-a', 'sin-b')")
  t.same((await feed.list(null, 10)).ended, ['sin-c', 'sin-d'])
  await raw("update ended_sign_ins set ended_at = '2020-01-01T00:00:00Z' where sign_in_id in ('sin-a', 'sin-b', 'sin-c')")
  const { removeEndedSignIns } = createExpired(db)
  const before = new Date('2020-01-01T00:00:01Z')
  t.same([await removeEndedSignIns(before, 2), await removeEndedSignIns(before, 2), await removeEndedSignIns(before, 2)], [2, 1, 0])
  t.same(await raw('select sign_in_id from ended_sign_ins'), [{ sign_in_id: 'sin-d' }])
})

void t.test('asking for what is new costs one statement that walks in indexes, however many have ended', async t => {
  const { feed, raw, statements } = await open(t)
  await raw(`insert into ended_sign_ins (sign_in_id, tenant_id, member_id, ended_at)
    select 'sin-' || n, 'tnt-acme', 'mem-bob', now() - interval '1 second' * (20000 - n) from generate_series(1, 20000) n`)
  await raw('analyze ended_sign_ins')
  const { next } = await feed.list(Buffer.from('20000 sin-20000').toString('base64url'), 100)
  const before = statements.length
  t.same(await feed.list(next, 100), { ended: [], next, more: false })
  t.equal(statements.length, before + 1)
  const plan = JSON.stringify(await raw(`explain ${(statements.at(-1) ?? '').replace('$1', '20000').replace('$2', "'sin-20000'").replace('$3', '3900').replace('$4', '101')}`))
  t.notMatch(plan, /Seq Scan|Sort/)
  t.equal((await feed.list(null, 10_000)).ended.length, 3_900)
})

void t.test('more than one statement may end in its time are ended in parts, all of them', async t => {
  const { sessions, signIn, raw, statements, feed } = await open(t)
  await signIn('gus', gus, globexOkta)
  await raw(`insert into sign_ins (id, tenant_id, member_id, connection_id, issuer, subject, auth_time, amr, created_at, expires_at)
    select 'sin-' || n, 'tnt-acme', 'mem-bob', 'con-acme', 'https://acme.okta.com', 'bob', now(), '{}', now(), now() + interval '1 hour' from generate_series(1, 10001) n`)
  const before = statements.length
  t.equal(await sessions.revokeTenant(acme.id), 10_001)
  t.equal(statements.length, before + 3)
  t.same(await raw('select id from sign_ins'), [{ id: 'sin-gus' }])
  t.equal(await sessions.revokeAll(), 1)
  t.equal((await feed.list(null, 20_000)).ended.length, 10_002)
})

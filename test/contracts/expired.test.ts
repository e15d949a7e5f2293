// What does the sweep rely on when it deletes what is over?
import pg from 'pg'
import t from 'tap'
import { createExpired } from '../../src/postgres/expired.ts'
import type { InvitationId } from '../../src/tenant/id.ts'
import { openFreshDatabase, openStores } from '../postgres/fresh-database.ts'
import { acme, acmeOkta, ada, after, attemptOf, bob, now, setTheScene, signInOf } from './cast.ts'

async function open (test: Parameters<typeof openFreshDatabase>[0]) {
  const database = await openFreshDatabase(test)
  const stores = openStores(database)
  await setTheScene(stores)
  /** Does something in a transaction that stays open until what it returns is called. */
  const hold = async (statements: readonly string[]) => {
    const client = new pg.Client({ connectionString: database.url.reveal() })
    await client.connect()
    for (const statement of ['begin', ...statements]) await client.query(statement)
    return async () => { await client.end() }
  }
  return { ...stores, expired: createExpired(database.db), raw: database.raw, hold }
}

void t.test('attempts that nobody came back to go when they have expired, and their stories stay', async t => {
  const { attempts, expired } = await open(t)
  await attempts.save(attemptOf('old'))
  await attempts.save(attemptOf('young', undefined, after(1)))
  t.equal(await expired.removePendingAttempts(after(600), 10), 0, 'at its last moment it may still come back')
  t.equal(await expired.removePendingAttempts(after(601), 10), 1)
  t.equal(await attempts.consume(attemptOf('old').stateHash), null)
  t.not(await attempts.consume(attemptOf('young').stateHash), null)
  t.not(await attempts.find('old'), null)
})

void t.test('sign-ins go with their sessions at their absolute end', async t => {
  const { sessions, expired, raw } = await open(t)
  for (const [name, seconds] of [['old', 0], ['young', 60]] as const) {
    const { idHash, session, signIn } = signInOf(name, undefined, undefined, after(seconds))
    await sessions.save(idHash, session, signIn)
  }
  t.equal(await expired.removeSignIns(after(43_201), 10), 1)
  t.equal(await sessions.find(signInOf('old').idHash), null)
  t.not(await sessions.find(signInOf('young').idHash), null)
  t.same(await raw('select id from sessions'), [{ id: 'ses-young' }])
})

void t.test('stories go when they are old', async t => {
  const { attempts, expired } = await open(t)
  await attempts.save(attemptOf('old'))
  await attempts.save(attemptOf('young', undefined, after(10)))
  t.equal(await expired.removeAttempts(after(10), 10), 1)
  t.equal(await attempts.find('old'), null)
  t.not(await attempts.find('young'), null)
})

void t.test('no more than a batch goes at a time', async t => {
  const { attempts, expired } = await open(t)
  for (const name of ['a', 'b', 'c']) await attempts.save(attemptOf(name, undefined, now))
  t.equal(await expired.removePendingAttempts(after(9999), 2), 2)
  t.equal(await expired.removePendingAttempts(after(9999), 2), 1)
  t.equal(await expired.removeAttempts(after(9999), 2), 2)
  t.equal(await expired.removeAttempts(after(9999), 2), 1)
})

void t.test('events go when they are old, the oldest first', async t => {
  const { events, expired, raw } = await open(t)
  for (const seconds of [30, 10, 20]) await events.save({ type: 'x.y', tenantId: null, actor: 'operator', subject: String(seconds) }, after(seconds))
  t.equal(await expired.removeEvents(after(30), 1), 1)
  t.same(await raw('select subject from events order by at'), [{ subject: '20' }, { subject: '30' }])
  t.equal(await expired.removeEvents(after(30), 10), 1, 'at its last moment it is still kept')
})

void t.test('invitations go when they ended long ago, accepted or not', async t => {
  const { invitations, expired, raw } = await open(t)
  for (const [name, member, expiresAt] of [['old', ada, after(10)], ['young', bob, after(60)]] as const) {
    await invitations.save({ id: `inv-${name}` as InvitationId, tenantId: acme.id, memberId: member.id, tokenHash: name, createdBy: 'operator', expiresAt }, now)
  }
  t.equal(await expired.removeInvitations(after(11), 10), 1)
  t.same(await raw('select id from invitations'), [{ id: 'inv-young' }])
})

void t.test('what a tenant was told of goes when it is old', async t => {
  const { events, expired, raw } = await open(t)
  for (const seconds of [10, 60]) await events.save({ type: 'connection.went-live', tenantId: acme.id, actor: 'operator', subject: acmeOkta.id }, after(seconds))
  t.equal(await expired.removeNotices(after(11), 10), 1)
  t.same(await raw('select created_at from notices'), [{ created_at: after(60) }])
})

void t.test('signing keys go when they have neither signed nor been dropped for long, and the one that signs stays', async t => {
  const { expired, raw } = await open(t)
  const key = async (kid: string, until: Date | null, retired: Date | null) => await raw('insert into signing_keys values ($1, $2, $3, $4, $4, $4, $5, $6)', [kid, '{}', 'sealed', now, until, retired])
  await key('replaced', after(10), null)
  await key('dropped', null, after(10))
  await key('replaced-lately', after(60), null)
  await key('signs', null, null)
  t.equal(await expired.removeSigningKeys(after(11), 10), 2)
  t.same(await raw('select kid from signing_keys order by kid'), [{ kid: 'replaced-lately' }, { kid: 'signs' }])
})

void t.test('of two who sweep at the same moment each takes its own, and together they take everything once', async t => {
  const database = await openFreshDatabase(t)
  const stores = openStores(database)
  await setTheScene(stores)
  await database.raw("insert into attempts (reference, tenant_id, door, outcome, steps, started_at) select 'r-' || n, $1, 'login', 'started', '[]', $2 from generate_series(1, 3000) n", [acme.id, now])
  const run = async () => {
    let total = 0
    const expired = createExpired(database.db)
    for (let batch = 0; batch < 40; batch++) total += await expired.removeAttempts(after(1), 100)
    return total
  }
  const [one, two] = await Promise.all([run(), run()])
  t.equal(one + two, 3000)
  t.ok(one > 0 && two > 0, `${one} and ${two}`)
})

void t.test('a row that somebody holds is passed over, without waiting, and goes the next time', async t => {
  const { attempts, sessions, expired, hold } = await open(t)
  for (const name of ['a', 'b', 'c']) {
    await attempts.save(attemptOf(name))
    const { idHash, session, signIn } = signInOf(name)
    await sessions.save(idHash, session, signIn)
  }
  const end = await hold([
    "select from attempts where reference = 'a' for update",
    "select from sign_ins where id = 'sin-a' for update",
    // The sign-in itself is free, but what goes with it is being written to.
    "update sessions set last_seen_at = last_seen_at where id = 'ses-b'"
  ])
  t.equal(await expired.removeAttempts(after(99_999), 10), 2)
  t.equal(await expired.removeSignIns(after(99_999), 10), 1)
  await end()
  t.equal(await expired.removeAttempts(after(99_999), 10), 1)
  t.equal(await expired.removeSignIns(after(99_999), 10), 2)
  t.equal(await sessions.find(signInOf('b').idHash), null)
})

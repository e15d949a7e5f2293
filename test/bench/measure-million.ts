// What do the statements that people wait for cost with a million sessions of ten thousand tenants, how much room do these take, and who waits for a sweep?
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { sweep } from '../../src/flows/sweep.ts'
import type { Issuer } from '../../src/oidc/discovery.ts'
import { connect } from '../../src/postgres/connect.ts'
import { createSeal } from '../../src/postgres/sealed.ts'
import { generateKey } from '../../src/postgres/signing-keys.ts'
import { createStores } from '../../src/postgres/stores.ts'
import type { ConnectionId, MemberId, SessionId, SignInId, TenantId } from '../../src/tenant/id.ts'
import { Secret } from '../../src/secret.ts'
import { acmeOkta, attemptOf, bob, signInOf } from '../contracts/cast.ts'
import { fillingStatements } from '../postgres/many-rows.ts'
import { startPostgres, withClient } from '../world/embedded-postgres.ts'
import { migrateDatabase } from '../world/gateway.ts'
import type { Finding } from './finding.ts'
import { summarize } from './rounds.ts'

const AMOUNTS = { tenants: 10_000, people: 1_000_000, overEach: 5, others: 50_000, inFirst: 10_000, newest: 'now()' }
const TIMES = 500
const LOOK_MS = 2
/** Neighbours in the tables are not asked for one after the other: they lie on one page. */
const STRIDE = 7_919
/** Who is deleted does not sign in after that. */
const LEAVING = 500_000
const RETENTION_SECONDS = 10 * 365 * 86_400

/** With a PostgreSQL of its own, as durable as a real one, that has 64 MB of memory for its pages and leaves the rest to the system. */
export async function measureMillion (): Promise<Finding[]> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'gatehouse-million-'))
  const postgres = await startPostgres({ directory })
  try {
    await postgres.createDatabase('million')
    const url = postgres.url('million')
    await migrateDatabase(url)
    await withClient(url, async client => { for (const statement of [...fillingStatements(AMOUNTS), 'truncate client_keys']) await client.query(statement) })
    return [...await measureStatements(url), ...await measureRoom(url), ...await measureSweep(url)]
  } finally {
    await postgres.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

function open (url: string) {
  const { db, close } = connect({ url: new Secret(url), keepsPrepared: () => true })
  return { close, ...createStores({ db, importing: db, seal: createSeal([{ id: 'bench', key: new Secret(randomBytes(32).toString('base64')) }]), newEventId: () => `evt-${randomBytes(12).toString('hex')}`, makeClientKey: async () => await generateKey('key-new'), endedKeepSeconds: 3_900 }) }
}

type Stores = ReturnType<typeof open>

/** Somebody of one of the many small customers. */
function personOf (n: number) {
  const number = AMOUNTS.inFirst + n * STRIDE % (AMOUNTS.people - AMOUNTS.inFirst)
  const tenant = 1 + number % (AMOUNTS.tenants - 1)
  return { number, tenantId: `tnt-${tenant}` as TenantId, connectionId: `con-${tenant}` as ConnectionId, memberId: `mem-${number}` as MemberId, domain: `customer-${tenant}.test`, email: `person-${number}@tnt-${tenant}.test` }
}

/** What a sign-in asks of the database, from the way to Okta to the session. */
async function login ({ attempts, identities, sessions }: Stores, name: string, n: number): Promise<void> {
  const { tenantId, connectionId, memberId, number, email, domain } = personOf(n)
  const connection = { ...acmeOkta, id: connectionId, tenantId }
  const attempt = attemptOf(name, connection)
  await attempts.save(attempt)
  await attempts.consume(attempt.stateHash)
  await identities.find(tenantId, { connectionId, issuer: 'https://okta.test' as Issuer, subject: `subject-${number}` }, { address: email, domain })
  const { idHash, session, signIn } = signInOf(name, { ...bob, id: memberId, tenantId }, connection, new Date())
  await sessions.save(idHash, { ...session, id: `ses-${name}` as SessionId }, { ...signIn, signIn: { ...signIn.signIn, id: `sin-${name}` as SignInId } })
}

async function timesOf (work: (n: number) => Promise<unknown>, times = TIMES): Promise<number[]> {
  const taken: number[] = []
  for (let n = 0; n < times; n++) {
    const start = performance.now()
    await work(n)
    taken.push(performance.now() - start)
  }
  return taken
}

function report (what: string, taken: readonly number[]): Finding[] {
  const sorted = taken.toSorted((one, other) => one - other)
  const p99 = sorted[Math.ceil(sorted.length * 0.99) - 1] ?? NaN
  return [{ what: `million: ${what}`, unit: 'ms', ...summarize(taken) }, { what: '  of a hundred the slowest', unit: 'ms', ...summarize([p99]) }]
}

async function measureStatements (url: string): Promise<Finding[]> {
  const stores = open(url)
  const page = { limit: 50, cursor: null }
  const wanted = { tenantId: null, type: null, actor: null, subject: null, from: null, to: null }
  const works: Readonly<Record<string, (n: number) => Promise<unknown>>> = {
    'a session by its cookie': async n => await stores.sessions.find(`hash-${personOf(n).number}`),
    'a session by its sign-in': async n => await stores.sessions.findBySignIn(`sin-${personOf(n).number}`),
    'the door of an email domain': async n => await stores.doors.findByDomain(personOf(n).domain),
    'the door of an issuer': async n => await stores.doors.findOpenByIssuer(`https://customer-${n * STRIDE % AMOUNTS.tenants}.okta.test`, null),
    'all statements of a sign-in': async n => { await login(stores, `measured-${n}`, n) },
    'a page of 10,000 members': async () => await stores.members.list('tnt-0' as TenantId, page),
    'a page of 10,000 tenants': async () => await stores.tenants.list(page),
    'a page of a tenant\'s logins': async n => await stores.attempts.list(personOf(n).tenantId, page),
    'a page of a tenant\'s sessions': async n => await stores.sessions.list(personOf(n).tenantId, page),
    'a page of rare events': async () => await stores.events.list({ ...wanted, type: 'connection.warning' }, page),
    'what somebody did': async n => await stores.events.list({ ...wanted, actor: personOf(n).memberId }, page),
    'no connection is due': async () => await stores.health.claimDue(new Date(0), new Date(), 10),
    'a minute of 1,000 uses written down': async n => { await stores.sessions.touch(new Map(Array.from({ length: 1_000 }, (_, i) => [`hash-${personOf(n * 1_000 + i).number}`, new Date()]))) },
    'a member is deleted': async n => await stores.members.remove(personOf(n + LEAVING).tenantId, personOf(n + LEAVING).memberId)
  }
  try {
    const findings: Finding[] = []
    for (const [what, work] of Object.entries(works)) findings.push(...report(what, await timesOf(work)))
    return findings
  } finally {
    await stores.close()
  }
}

async function measureRoom (url: string): Promise<Finding[]> {
  const findings: Finding[] = []
  await withClient(url, async client => {
    const { rows } = await client.query<{ name: string, rows: number, heap: number, indexes: number }>(`select relname as name, n_live_tup::float as rows, pg_table_size(relid)::float as heap, pg_indexes_size(relid)::float as indexes
      from pg_stat_user_tables where n_live_tup >= 100000 order by pg_total_relation_size(relid) desc`)
    for (const { name, rows: amount, heap, indexes } of rows) {
      findings.push({ what: `million: a row of ${name}, and its indexes`, unit: 'bytes', ...summarize([(heap + indexes) / amount]) }, { what: '  of them the indexes', unit: 'bytes', ...summarize([indexes / amount]) })
    }
    const { rows: [all] } = await client.query<{ size: number }>('select pg_database_size(current_database())::float as size')
    findings.push({ what: 'million: the whole database', unit: 'MB', ...summarize([(all?.size ?? NaN) / 2 ** 20]) })
  })
  return findings
}

async function measureSweep (url: string): Promise<Finding[]> {
  const [stores, sweeper] = [open(url), open(url)]
  const watcher = new pg.Client({ connectionString: url })
  await watcher.connect()
  const state = { sweeping: true, longestWait: 0 }
  const watch = async () => {
    while (state.sweeping) {
      const { rows: [row] } = await watcher.query<{ waited: number | null }>('select extract(epoch from max(clock_timestamp() - waitstart))::float * 1000 as waited from pg_locks where not granted')
      state.longestWait = Math.max(state.longestWait, row?.waited ?? 0)
      await new Promise(resolve => { setTimeout(resolve, LOOK_MS) })
    }
  }
  const during: number[] = []
  const signIn = async () => { for (let n = 0; state.sweeping; n++) during.push(...await timesOf(async () => { await login(stores, `during-${n}`, n) }, 1)) }
  try {
    const start = performance.now()
    const others = [watch(), signIn()]
    // The stories and events are young: what goes is the sign-ins that are over, with their sessions.
    const { signIns } = await sweep({ expired: sweeper.expired, now: () => new Date(), attemptRetentionSeconds: RETENTION_SECONDS, eventRetentionSeconds: RETENTION_SECONDS })()
    const seconds = (performance.now() - start) / 1000
    state.sweeping = false
    await Promise.all(others)
    return [
      { what: 'million: sign-ins that were over, and swept', unit: '', ...summarize([signIns]), must: { atLeast: 199_000 } },
      { what: '  that took', unit: 's', ...summarize([seconds]) },
      ...report('all statements of a sign-in, during the sweep', during),
      { what: 'million: longest wait of anybody for a lock, during the sweep', unit: 'ms', ...summarize([state.longestWait]), must: { atMost: 50 } }
    ]
  } finally {
    state.sweeping = false
    await watcher.end()
    await stores.close()
    await sweeper.close()
  }
}

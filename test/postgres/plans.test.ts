// Does any statement get slower with the number of customers, people and years? Each one that somebody waits for, on full tables, by the rows that it touches.
import { sql } from 'kysely'
import t, { type Test } from 'tap'
import { generateKey } from '../../src/postgres/signing-keys.ts'
import { createStores } from '../../src/postgres/stores.ts'
import type { Issuer } from '../../src/oidc/discovery.ts'
import type { WantedEvents } from '../../src/postgres/events.ts'
import { type PageRequest, writeCursor } from '../../src/postgres/pages.ts'
import type { Step } from '../../src/tenant/attempt.ts'
import type { ProvenDomain } from '../../src/tenant/domain.ts'
import type { ConnectionId, InvitationId, MemberId, SessionId, SignInId, TenantId } from '../../src/tenant/id.ts'
import type { Member } from '../../src/tenant/member.ts'
import type { ReturnTo } from '../../src/tenant/return-to.ts'
import { acmeOkta, attemptOf, signInOf } from '../contracts/cast.ts'
import { withClient } from '../world/embedded-postgres.ts'
import { openFreshDatabase } from './fresh-database.ts'
import { fillingStatements } from './many-rows.ts'
import { type ExecutedStatement, nodesOf, openExplained, rowsSeen, rowsTaken } from './plans.ts'

t.setTimeout(120_000)
const database = await openFreshDatabase(t)
await withClient(database.url.reveal(), async client => {
  for (const statement of fillingStatements({ tenants: 3_000, people: 20_000, overEach: 10, others: 10_000, inFirst: 5_000, newest: "timestamptz '2026-11-21 09:00Z'" })) await client.query(statement)
})
const { db, plansOf } = openExplained(t, database.url.reveal())
let events = 0
const stores = createStores({ db, importing: db, seal: database.seal, newEventId: () => `evt-new-${events++}`, makeClientKey: async () => await generateKey('key-new'), endedKeepSeconds: 3_900 })

// A page has 21 rows with the one too many, and what belongs together, a small customer's people, is fewer.
const MOST_ROWS = 250
const PAGE: PageRequest = { limit: 20, cursor: null }
const large = 'tnt-0' as TenantId
const small = 'tnt-7' as TenantId
const connection = 'con-7' as ConnectionId
const [start, later] = [new Date('2026-11-21T09:00:00Z'), new Date('2026-11-21T10:00:00Z')]
const before = (seconds: number) => new Date(start.getTime() - seconds * 1000)
const at = (seconds: number, id: string) => ({ limit: 20, cursor: writeCursor({ at: before(seconds), id }) })
const everything: WantedEvents = { tenantId: null, type: null, actor: null, subject: null, from: null, to: null }
const by = { actor: 'operator', address: null }
const step: Step = { at: start, name: 'asked' }
// Numbers below 5000 are people of the large one, 6004 and every 2999th after it of the small one.
const subject = (name: string) => ({ connectionId: connection, issuer: 'https://okta.test' as Issuer, subject: name })
const newcomer: Member = { id: 'mem-new' as MemberId, tenantId: small, email: 'new@customer-7.test', name: 'New', roles: [], status: 'invited', externalId: null }
const okta = { ...acmeOkta, id: connection, tenantId: small }
const attempt = attemptOf('new', okta)
const arrival = signInOf('new', newcomer, okta)
const due: ProvenDomain = { tenantId: small, domain: 'customer-7.test', challenge: 'x', verifiedAt: before(7), missingSince: null }

// Logins that are under way are few, and none of them pays for an index that only the end of a connection would use.
const mayReadAll = /^DELETE FROM ONLY "public"\."pending_attempts" WHERE/

function whatIsWrong ({ text, plan }: ExecutedStatement): readonly string[] {
  if (mayReadAll.test(text)) return []
  return nodesOf(plan).flatMap(node => [
    ...(node['Node Type'] === 'Seq Scan' && rowsSeen(node) > MOST_ROWS ? [`reads the whole of ${node['Relation Name']}`] : []),
    ...(node['Node Type'].includes('Sort') && rowsTaken(node) > MOST_ROWS ? [`sorts ${rowsTaken(node)} rows`] : []),
    ...(node['Node Type'].includes('Scan') && rowsSeen(node) > MOST_ROWS ? [`looks at ${rowsSeen(node)} rows of ${node['Relation Name'] ?? ''} by ${node['Index Name'] ?? node['Node Type']}`] : [])
  ])
}

function holds (title: string, works: Readonly<Record<string, () => Promise<unknown>>>): void {
  void t.test(title, async t => {
    for (const [what, work] of Object.entries(works)) await checkPlans(t, what, work)
  })
}

async function checkPlans (t: Test, what: string, work: () => Promise<unknown>): Promise<void> {
  const statements = await plansOf(work)
  t.ok(statements.length > 0, `${what}: explained`)
  for (const statement of statements) {
    const wrong = whatIsWrong(statement)
    t.strictSame(wrong, [], `${what}: ${statement.text.replace(/\s+/g, ' ').slice(0, 120)}`)
  }
}

// Past the stores, as nobody should ask.
const ask = async (statement: string): Promise<void> => { await sql.raw(statement).execute(db) }

void t.test('a statement that reads or sorts a whole table is noticed, and one that reads a whole index', async t => {
  const wrong = async (statement: string) => (await plansOf(async () => await ask(statement))).flatMap(whatIsWrong)
  t.match(await wrong('select * from members where name = \'Person 5\''), [/reads the whole of members/])
  t.match((await wrong('select * from members order by name limit 5')).join(), /sorts 20000 rows/)
  t.match((await wrong('select id from events order by at desc, id offset 15000 limit 5')).join(), /looks at 15005 rows of events by events_by_time/)
})

holds('a session is found by its cookie, its id and its sign-in', {
  cookie: async () => await stores.sessions.find('hash-77'),
  'nobody\'s cookie': async () => await stores.sessions.find('hash-of-nobody'),
  'sign-in': async () => await stores.sessions.findBySignIn('sin-77'),
  'all of a sign-in': async () => await stores.sessions.findAll('sin-77'),
  'all by one of them': async () => await stores.sessions.findAll('ses-77'),
  touched: async () => { await stores.sessions.touch(new Map(Array.from({ length: 20 }, (_, n) => [`hash-${n * 50}`, later]))) }
})

holds('a sign-in begins, comes back once, and is written down', {
  'whose domain it is': async () => await stores.doors.findByDomain('customer-7.test'),
  'a tenant by slug': async () => await stores.doors.findByTenant('customer-7'),
  'a connection': async () => await stores.doors.findByConnection('con-7'),
  'an issuer': async () => await stores.doors.findOpenByIssuer('https://customer-7.okta.test', null),
  'another name of an issuer': async () => await stores.doors.findOpenByIssuer('https://login.customer-10.test', null),
  'an issuer and a client': async () => await stores.doors.findOpenByIssuer('https://customer-7.okta.test', 'client-7'),
  started: async () => { await stores.attempts.save(attempt) },
  'taken out': async () => await stores.attempts.consume(attempt.stateHash),
  'nobody\'s state': async () => await stores.attempts.consume('nobody\'s'),
  'who it is': async () => await stores.identities.find(small, subject('subject-6004'), { address: 'person-6004@tnt-7.test', domain: 'customer-7.test' }),
  'somebody new': async () => await stores.identities.create(small, subject('new'), newcomer, start),
  'an account that waits': async () => await stores.identityConflicts.note(large, { key: { ...subject('other-77'), connectionId: 'con-0' as ConnectionId }, memberId: 'mem-77' as MemberId, reference: 'x' }, start),
  linked: async () => await stores.identities.link(small, subject('linked'), 'mem-new' as MemberId, start),
  'signed in': async () => { await stores.sessions.save(arrival.idHash, arrival.session, arrival.signIn) },
  'how it went': async () => { await stores.attempts.conclude(small, 'reference-6004', { outcome: 'refused', code: 'x', steps: [step], at: later }) },
  'come back again': async () => await stores.attempts.noteReturn('state-77', step),
  'its story': async () => await stores.attempts.find('reference-77'),
  'a ticket to another host': async () => await stores.tickets.save('ticket-new', { tenantId: small, signInId: 'sin-6004' as SignInId, host: 'x', browserHash: 'x', returnTo: 'https://x.test/' as ReturnTo, idleSeconds: 60, expiresAt: later }),
  'a ticket taken out': async () => await stores.tickets.consume('ticket-77'),
  arrived: async () => await stores.tickets.arrive('hash-arrived', { id: 'ses-arrived' as SessionId, host: 'x', idleSeconds: 60 }, { tenantId: large, signInId: 'sin-77' as SignInId }, start)
})

holds('a page of a list costs what the page costs, the first one and one far behind', {
  tenants: async () => await stores.tenants.list(PAGE),
  'tenants, later': async () => await stores.tenants.list(at(1_500, 'tnt-1500')),
  members: async () => await stores.members.list(large, PAGE),
  'members, later': async () => await stores.members.list(large, at(2_500, 'mem-2500')),
  'a member by email': async () => await stores.members.list(large, PAGE, { email: 'person-77@tnt-0.test' }),
  attempts: async () => await stores.attempts.list(large, PAGE),
  'attempts, later': async () => await stores.attempts.list(large, at(2_500, 'reference-2500')),
  sessions: async () => await stores.sessions.list(large, PAGE),
  'sessions, later': async () => await stores.sessions.list(large, at(2_500, 'ses-2500')),
  'accounts that wait': async () => await stores.identityConflicts.list(large, PAGE),
  'accounts that wait, later': async () => await stores.identityConflicts.list(large, at(2_500, 'idn-2500')),
  'accounts that wait of a member': async () => await stores.identityConflicts.list(large, PAGE, 'mem-77' as MemberId),
  domains: async () => await stores.domains.list(small),
  connections: async () => await stores.connections.list(small),
  'setup links': async () => await stores.setupLinks.list(small),
  'ended sign-ins, from the beginning': async () => await stores.endedSignIns.list(null, 20),
  'ended sign-ins, from the middle': async () => await stores.endedSignIns.list(Buffer.from('15000 sin-gone-14999').toString('base64url'), 20)
})

const eventsOf = (wanted: Partial<WantedEvents>, page = PAGE) => async () => {
  const { items } = await stores.events.list({ ...everything, ...wanted }, page)
  if (items.length === 0) throw new Error('A page without events says nothing.')
}
holds('events are found by everything that can be asked for, however rare it is', {
  all: eventsOf({}),
  'all, later': eventsOf({}, at(10_000, 'evt-10000')),
  tenant: eventsOf({ tenantId: large }),
  'tenant, later': eventsOf({ tenantId: large }, at(2_500, 'evt-2500')),
  'a rare type': eventsOf({ type: 'connection.warning' }),
  'a rare type, later': eventsOf({ type: 'connection.warning' }, at(10_000, 'evt-10000')),
  'a rare family': eventsOf({ type: 'connection' }),
  'a rare one of a large family': eventsOf({ type: 'member.invited' }),
  'a common type': eventsOf({ type: 'member.signed-in' }),
  'a large family': eventsOf({ type: 'member' }),
  'a rare type of a tenant': eventsOf({ tenantId: large, type: 'connection.warning' }),
  'a common type of a tenant': eventsOf({ tenantId: large, type: 'member.signed-out' }),
  actor: eventsOf({ actor: 'mem-77' }),
  'a key': eventsOf({ actor: 'apk-2' }),
  subject: eventsOf({ subject: 'sin-77' }),
  'what an actor did to a tenant': eventsOf({ actor: 'mem-77', tenantId: large }),
  'a time': eventsOf({ from: before(10_100), to: before(10_000) }),
  'a time of a tenant': eventsOf({ tenantId: large, from: before(2_600), to: before(2_500) })
})

holds('an operator finds where trouble is, and somebody by their address, whoever\'s they are', {
  'who could not sign in': async () => await stores.troubles.listTenants(before(50), 10),
  'why not': async () => await stores.troubles.countCodes(before(50)),
  'members of an address': async () => await stores.troubles.findMembers('person-77@tnt-0.test', 10),
  'logins of an address': async () => await stores.troubles.findAttempts('person-77@tnt-0.test', 10),
  'logins of a member': async () => await stores.troubles.listAttemptsOf(large, { id: 'mem-77' as MemberId, email: 'person-77@tnt-0.test' }, 10),
  'where a member is signed in': async () => await stores.sessions.list(large, PAGE, 'mem-77' as MemberId),
  'who is at the pages': async () => await stores.operatorSessions.find('hash-77')
})

holds('what is due is found without a look at what is not', {
  'no connection is due': async () => await stores.health.claimDue(before(1_000_000), start, 10),
  'connections are due': async () => await stores.health.claimDue(start, start, 5),
  'no domain is due': async () => await stores.domains.takeDue(before(1_000_000), start, 20),
  'domains are due': async () => await stores.domains.takeDue(start, start, 5),
  'a domain is seen': async () => await stores.domains.noteSeen(due),
  'plans to go live': async () => await stores.rollOuts.listDue(start, 10)
})

holds('what is over goes in batches that cost their own size, and nothing when nothing is over', Object.fromEntries(
  Object.entries(stores.expired).filter(([name]) => name !== 'removeSigningKeys').flatMap(([name, remove]: [string, (before: Date, limit: number) => Promise<number>]) => [
    [`${name}, none`, async () => { if (await remove(new Date(0), 20) !== 0) throw new Error('Nothing should be over.') }],
    [name, async () => { if (await remove(name === 'removeEndedSignIns' ? new Date(Date.now() - 7_200_000) : start, 20) !== 20) throw new Error('A batch should be over.') }]
  ])
))

holds('links are opened by their token, and their sessions found', {
  invitation: async () => await stores.invitations.findByToken('token-77'),
  'an invitation of an identity': async () => await stores.invitations.find(large, 'inv-77' as InvitationId, { connectionId: 'con-0' as ConnectionId, issuer: 'https://okta.test' as Issuer, subject: 'subject-77' }),
  'setup link': async () => await stores.setupLinks.findByToken('token-77'),
  'setup session': async () => await stores.setupLinks.findSession('hash-77'),
  'client keys': async () => await stores.connections.findClientKeys('con-7')
})

holds('who leaves or is sent away leaves at once, with everything that hangs on it', {
  'signed out': async () => await stores.signOuts.save('hash-5008', later, null),
  'signed out everywhere': async () => await stores.signOuts.saveEverywhere('hash-5009', later, null),
  'a session ended': async () => await stores.sessions.revoke('hash-5011'),
  'a sign-in ended': async () => await stores.sessions.revokeById('sin-5012'),
  'a session ended by its id': async () => await stores.sessions.revokeById('ses-5013'),
  'a member\'s sessions': async () => await stores.sessions.revokeMember(large, 'mem-5'),
  'an account that waited, linked': async () => await stores.identityConflicts.link(large, 'idn-78', null, by, start),
  'an account that waited, dismissed': async () => await stores.identityConflicts.dismiss(large, 'idn-79', by, start),
  'one host\'s session': async () => { await stores.sessions.drop('hash-5014') },
  'a member of a large customer': async () => await stores.members.remove(large, 'mem-6'),
  'what a connection\'s roll-out would do': async () => await stores.rollOuts.report(small, connection),
  'a tenant\'s sessions': async () => await stores.sessions.revokeTenant('tnt-8' as TenantId),
  'a tenant': async () => await stores.tenants.remove('tnt-9' as TenantId)
})

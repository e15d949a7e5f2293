// Do the people who administer a customer learn by mail what happens to their single sign-on, without anybody's sign-in waiting for it?
import t from 'tap'
import { createClock } from '../world/clock.ts'
import { startMailbox } from '../world/mailbox.ts'
import { createTenancy, made } from '../world/tenancy.ts'
import { signIn } from './signing-in.ts'
import { openOrg, openWorld } from './world.ts'

const clock = createClock(new Date())
const org = await openOrg(t, clock, 'acme', ['ada@acme.test', 'bob@acme.test'])
const mailbox = await startMailbox()
t.teardown(mailbox.stop)
const world = await openWorld(t, [org.url], { SMTP_URL: mailbox.url, MAIL_FROM: 'Northwind <login@northwind.test>' }, clock)
const { gateway } = world
const members = [{ email: 'ada@acme.test', name: 'Ada', roles: ['admin'] }, { email: 'bob@acme.test', name: 'Bob', roles: ['buyer'] }]
const acme = await createTenancy(gateway, { slug: 'acme', name: 'Acme Corp', domains: ['acme.test'], org, members })
const place = `/tenants/acme/connections/${acme.connection}`

/** What two replicas send that look at the same moment: subjects and recipients. */
async function told (): Promise<ReadonlyArray<readonly [string | undefined, string | undefined]>> {
  const before = mailbox.mails.length
  await Promise.all([gateway.gateway.tellAdmins(), gateway.gateway.tellAdmins()])
  return mailbox.mails.slice(before).map(({ headers, recipients }) => [headers.get('subject'), recipients.join()])
}

const events = async (type: string) => (await gateway.api('GET', `/events?tenant=acme&type=${type}`)).body['items']

void t.test('single sign-on that goes live is told to the customer\'s admin, once, and to nobody else', async t => {
  t.strictSame(await told(), [['Acme Corp now signs in to Northwind with Okta', 'ada@acme.test']])
  t.strictSame(await told(), [])
  t.ok(mailbox.mails[0]?.text.includes(`\n${world.url}/auth/login?tenant=acme\n`))
  t.match(await events('admins.told'), [{ subject: acme.connection, details: { about: 'live', members: [acme.members.get('ada@acme.test')] } }])
})

void t.test('an edit of what everybody signs in through is told, and so is a setup link that is opened for it', async t => {
  await made(gateway, place, { clientId: '0oaanotherappofacme' }, 'PATCH')
  const browser = world.browser()
  const { url } = await made(gateway, '/tenants/acme/setup-links', {})
  await browser.visit(String(url))
  await browser.submit(String(url))
  t.strictSame((await told()).map(([subject]) => subject).sort(), ['Acme Corp’s single sign-on to Northwind was changed', 'The setup of Acme Corp’s single sign-on to Northwind was opened'])
  await made(gateway, place, { endsOktaSession: true }, 'PATCH')
  t.strictSame(await told(), [['Acme Corp’s single sign-on to Northwind was changed', 'ada@acme.test']])
})

void t.test('a secret that ends is told of on the four days, each once, and nobody is told of one that was replaced', async t => {
  await made(gateway, place, { clientSecretExpiresAt: new Date(clock.now().getTime() + 31 * 86_400_000).toISOString() }, 'PATCH')
  const subjects: string[] = []
  for (let day = 0; day < 33; day++) {
    subjects.push(...(await told()).map(([subject]) => subject ?? ''))
    clock.advance(86_400)
  }
  t.strictSame(subjects.map(subject => /expires (.*)$/.exec(subject)?.[1]), ['in 30 days', 'in 14 days', 'in 7 days', 'tomorrow'])
  await made(gateway, place, { clientSecretExpiresAt: new Date(clock.now().getTime() + 9 * 86_400_000).toISOString() }, 'PATCH')
  await made(gateway, place, { clientSecretExpiresAt: null }, 'PATCH')
  t.strictSame(await told(), [])
})

void t.test('a mail server that says no holds up nobody; what it has refused comes later', async t => {
  mailbox.refuses = true
  await made(gateway, `${place}/rollback`, {})
  await made(gateway, `${place}/go-live`, {})
  t.strictSame(await told(), [])
  t.equal((await signIn(world, world.browser(), 'bob@acme.test')).location, world.home)
  mailbox.refuses = false
  clock.advance(60)
  t.strictSame((await told()).map(([subject]) => subject).sort(), ['Acme Corp now signs in to Northwind with Okta', 'Acme Corp’s single sign-on to Northwind was changed'])
})

void t.test('a planned go-live is told like every other', async t => {
  await made(gateway, `${place}/rollback`, {})
  await made(gateway, `${place}/go-live`, { at: new Date(clock.now().getTime() + 3_600_000).toISOString() })
  await told()
  clock.advance(3_600)
  t.equal(await gateway.gateway.goLiveDue(), 1)
  t.strictSame(await told(), [['Acme Corp now signs in to Northwind with Okta', 'ada@acme.test']])
})

void t.test('where no member administers the tenant, the operator reads that nobody could be told', async t => {
  await made(gateway, `/tenants/acme/members/${acme.members.get('ada@acme.test') ?? ''}`, { status: 'suspended' }, 'PATCH')
  await made(gateway, `${place}/retire`, {})
  t.strictSame(await told(), [])
  t.match(await events('admins.not-told'), [{ subject: acme.connection, details: { about: 'live-changed', change: 'retired', reason: 'no-admin' } }])
})

void t.test('no address and no secret of anybody is in the log or in an event of it', async t => {
  t.notMatch(JSON.stringify([await events('admins'), world.log]), /ada@acme\.test/)
})

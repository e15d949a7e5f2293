// Does anything that could sign somebody in lie about afterwards, in the log or in the database?
import { createHash, randomBytes } from 'node:crypto'
import t from 'tap'
import { openHouse } from '../http/house.ts'
import { scrape } from '../telemetry/scrape.ts'
import { findForms } from '../world/html-page.ts'
import { collectSecrets, secretsIn } from './secrets.ts'
import { atCallback, signIn, typeEmail } from './signing-in.ts'

const cookieSecret = randomBytes(32).toString('hex')
const encryptionKey = randomBytes(32).toString('base64')
const house = await openHouse(t, { LOG_LEVEL: 'trace', COOKIE_SECRETS: cookieSecret, ENCRYPTION_KEYS: `leak-test:${encryptionKey}` })
const { ask, url, acme, org, gateway } = house
const secrets = new Set<string>([cookieSecret, encryptionKey, gateway.operatorToken, ...org.apps().flatMap(app => app.secrets)])
const own = (cookie: string) => ({ cookie, 'x-csrf': '1', 'sec-fetch-site': 'same-origin' })

/** All tables, as text. */
async function dump (): Promise<string> {
  const tables = await house.sql("select tablename from pg_tables where schemaname = 'public' order by 1")
  const contents = await Promise.all(tables.map(async ({ tablename }) => await house.sql(`select one::text from ${String(tablename)} as one`)))
  return JSON.stringify(contents).replaceAll('\\"', '"')
}

/** The attempt cookies as they were while the login was under way, taken apart into nonce and verifier. */
function takeCookies (header: string | undefined): void {
  for (const value of (header ?? '').split('; ').map(one => decodeURIComponent(one.slice(one.indexOf('=') + 1)))) {
    for (const part of [value, ...value.split('.')]) if (part.length >= 16) secrets.add(part)
  }
}

void t.test('Two logins, a failure, tokens and a sign-out are lived through', async t => {
  await house.heard(async () => await house.patch(`/tenants/acme/connections/${acme.connection}`, { endsOktaSession: true }))
  const ada = house.browser()
  await signIn(house, ada, 'ada@acme.test', atCallback)
  takeCookies(ada.jar.header(new URL(url)))
  await ada.follow(next => next.href.startsWith(house.home))
  const cookie = ada.jar.header(new URL(url)) ?? ''
  takeCookies(cookie)

  const checked = await ask('GET', '/auth/check', { headers: { cookie } })
  t.equal(checked.status, 200)
  secrets.add(String(checked.headers['authorization']).replace('Bearer ', ''))
  for (const app of ['northwind', 'orders']) {
    const issued = await ask('POST', '/auth/token', { headers: { ...own(cookie), 'content-type': 'application/json' }, body: JSON.stringify({ app }) })
    t.equal(issued.status, 200)
    secrets.add(String(issued.body['access_token']))
  }

  const bob = house.browser()
  await typeEmail(house, bob, 'bob@acme.test', next => next.pathname === '/oauth2/v1/authorize')
  takeCookies(bob.jar.header(new URL(url)))
  await bob.follow()
  const failed = await bob.submit(bob.page().url, { person: 'bob@acme.test' })
  t.equal(failed.status, 403, 'bob has not been invited')
  t.equal((await bob.visit(bob.page().url)).status, 400, 'and coming back again helps nothing')

  await ada.visit(`${url}/auth/logout`)
  secrets.add(findForms(ada.page().body)[0]?.fields['form_token'] ?? '')
  const out = await ada.submit('/auth/logout')
  secrets.add(findForms(out.body)[0]?.fields['id_token_hint'] ?? '')
  const zoe = await house.signIn('zo\u00eb@acme.test')
  takeCookies(zoe.cookie)

  for (const browser of [ada, bob, zoe.browser]) for (const secret of collectSecrets(browser, house.outgoing.all)) secrets.add(secret)
  for (const [what, headers] of Object.entries({ authorization: `Bearer ${gateway.operatorToken}x`, cookie: `${cookie}x` })) await ask('GET', '/api/v1/tenants', { headers: { [what]: headers } })
  await ask('POST', '/auth/token', { headers: { ...own(cookie), 'content-type': 'application/json' }, body: `{"app":"${cookieSecret}` })
  await ask('GET', `/auth/callback/${acme.connection}?code=${cookieSecret}&code=x&state=${cookieSecret}`)
  secrets.delete('')
  t.ok(secrets.size > 25, `${secrets.size} secrets were seen`)
  for (const name of ['code=', 'state=', 'nonce=']) t.ok(ada.hops.some(hop => hop.url.includes(name)), `a ${name} among them`)
})

void t.test('The log, at its most talkative, holds none of them', async t => {
  const log = house.log.join('')
  t.ok(house.log.length > 20)
  t.strictSame(secretsIn(log, [...secrets]).map(secret => secret.slice(0, 6)), [])
  t.notMatch(log, /\?(?:code|state|login_hint)=/, 'nor any address with its query')
  t.match(log, /"route":"\/auth\/callback\/:connection"/)
})

void t.test('A scrape holds none of them, and no person', async t => {
  const management = await gateway.gateway.management.listen({ host: '127.0.0.1', port: 0 })
  const { text } = await scrape(management)
  t.match(text, /gatehouse_logins_finished_total\{tenant="acme"\} 2/)
  t.strictSame(secretsIn(text, [...secrets]).map(secret => secret.slice(0, 6)), [])
  t.notMatch(text, /acme\.test/)
})

void t.test('The database holds none of them: of what browsers hold only hashes, of what we hold only what is sealed', async t => {
  const text = await dump()
  t.match(text, /ada@acme\.test/, 'the dump is one')
  t.strictSame(secretsIn(text, [...secrets]).map(secret => secret.slice(0, 6)), [])
})

void t.test('A stolen session hash is no session', async t => {
  const [row] = await house.sql('select id_hash from sessions limit 1')
  const hash = String(row?.['id_hash'])
  for (const value of [hash, `${hash}.${createHash('sha256').update(hash).digest('base64url')}`]) t.equal((await ask('GET', '/auth/check', { headers: { cookie: `gatehouse=${encodeURIComponent(value)}` } })).status, 401)
})

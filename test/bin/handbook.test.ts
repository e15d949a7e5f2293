// Does the book for operators say what works? Each of its commands is sent, in its order, and what it says of a lost key is done.
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import t from 'tap'
import { signIn, whoAmI } from '../journeys/signing-in.ts'
import { openOrg } from '../journeys/world.ts'
import { createBrowser } from '../world/browser.ts'
import { createClock } from '../world/clock.ts'
import { withClient } from '../world/embedded-postgres.ts'
import { findFreePort, migrateDatabase, type RunningGateway, startGateway } from '../world/gateway.ts'
import { createScratchDatabase } from '../world/scratch-database.ts'
import { createTenancy, made } from '../world/tenancy.ts'

t.setTimeout(90_000)
const book = readFileSync(new URL('../../docs/operate.md', import.meta.url), 'utf8')
type Method = Parameters<RunningGateway['api']>[0]

interface Command { readonly method: Method, readonly path: string, readonly body: string | undefined }

const commands: readonly Command[] = [...book.matchAll(/\bapi (GET|POST|PATCH|DELETE) (?:'([^']+)'|([^\s`]+))(?: '([^']+)')?/g)]
  .map(([, method, quoted, plain, body]) => ({ method: method as Method, path: quoted ?? plain ?? '', body }))

async function openVendor () {
  const org = await openOrg(t, createClock(new Date()), 'acme', ['ada@acme.test', 'bob@acme.test'])
  const database = await createScratchDatabase(t, migrateDatabase)
  const port = await findFreePort()
  const url = `http://localhost:${port}`
  const cookieSecret = randomBytes(32).toString('hex')
  /** With an encryption key that is another each time. */
  const start = async () => {
    const gateway = await startGateway({ databaseUrl: database.url, port, publicUrl: url, issuers: [org.url], environment: { COOKIE_SECRETS: cookieSecret, ENCRYPTION_KEYS: `one:${randomBytes(32).toString('base64')}` } })
    t.teardown(gateway.close)
    return gateway
  }
  const gateway = await start()
  await made(gateway, '/apps', { slug: 'northwind', name: 'Northwind', audience: 'https://api.northwind.test', hosts: [new URL(url).host], returnTo: [`${url}/`], homeUrl: `${url}/home` })
  const acme = await createTenancy(gateway, { slug: 'acme', name: 'Acme', domains: ['acme.test'], org, members: ['ada', 'bob'].map(name => ({ email: `${name}@acme.test`, name })) })
  return { org, database, url, start, gateway, acme }
}

void t.test('each command of the book does what it says, and a lost key is survived as it is written', async t => {
  const { database, url, start, gateway, acme, org } = await openVendor()
  const ada = createBrowser()
  await signIn({ url }, ada, 'ada@acme.test')
  const { body: { items } } = await gateway.api('GET', '/tenants/acme/attempts')
  const reference: unknown = Array.isArray(items) ? items[0].reference : undefined
  const key = await made(gateway, '/api-keys', { name: 'CI', scopes: ['read'] })

  t.ok(commands.length >= 20, `${commands.length} commands`)
  for (const { method, path, body } of commands) {
    const filled = path.replace('calm-river-7f3k', String(reference)).replace('con-…', acme.connection).replace('mem-…', acme.members.get('ada@acme.test') ?? '').replace('apk-…', String(key['id']))
    const answer = await gateway.api(method, filled, body === undefined ? undefined : JSON.parse(body))
    t.ok(answer.status >= 200 && answer.status < 300, `${method} ${path} answers ${answer.status} ${JSON.stringify(answer.body).slice(0, 200)}`)
  }

  const [, statements = ''] = /```sql\n([^]*?)```/.exec(book) ?? []
  t.match(statements, 'delete from signing_keys')
  const secret = org.addApp({ label: 'again', redirectUris: [acme.redirectUri], initiateLoginUri: acme.initiateLoginUri, postLogoutRedirectUris: [] })
  await gateway.api('PATCH', `/tenants/acme/connections/${acme.connection}`, { clientId: secret.clientId, clientAuthentication: 'client_secret_basic', clientSecret: secret.secrets[0], apply: 'now' })
  await signInAgain()
  await gateway.close()
  await withClient(database.url, async client => await client.query(statements))
  const after = await start()
  t.equal((await whoAmI({ url }, ada)).status, 200, 'who was signed in stays so')
  t.match(await after.api('PATCH', `/tenants/acme/connections/${acme.connection}`, { clientSecret: secret.secrets[0], apply: 'now' }), { status: 200 })
  const bob = createBrowser()
  await signIn({ url }, bob, 'bob@acme.test')
  t.equal((await whoAmI({ url }, bob)).status, 200, 'and others sign in')

  async function signInAgain () {
    const state = await gateway.api('GET', `/tenants/acme/connections/${acme.connection}`)
    if (state.body['state'] !== 'live') {
      await made(gateway, `/tenants/acme/connections/${acme.connection}/verify`, { provenance: 'operator' })
      await made(gateway, `/tenants/acme/connections/${acme.connection}/go-live`, {})
    }
    await signIn({ url }, ada, 'ada@acme.test')
    t.equal((await whoAmI({ url }, ada)).status, 200)
  }
})

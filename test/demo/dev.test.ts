// Can a developer connect an Okta of their own, and is everything still there at the next start?
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import os from 'node:os'
import path from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { createBrowser } from '../world/browser.ts'
import { startOktaOrg } from '../world/okta-org.ts'
import { connectOkta } from './connect-okta.ts'
import { startDev, type Dev } from './dev.ts'
import { listDomains, readConnection } from './dev-connection.ts'
import { keepSecrets } from './dev-secrets.ts'
import { describeCalls, describeDoors, describeOktaSteps } from './okta-steps.ts'

t.setTimeout(120_000)
// PostgreSQL of a test that runs as root belongs to somebody else, who has to get in.
const directory = mkdtempSync(path.join(os.tmpdir(), 'gatehouse-dev-'))
chmodSync(directory, 0o755)
t.teardown(() => { rmSync(directory, { recursive: true, force: true }) })

// Nobody listens there, and no test asks anybody on the internet.
const NOBODY = 'http://127.0.0.1:9'

async function start (t: Test, issuers: readonly string[] = [NOBODY]): Promise<Dev> {
  const dev = await startDev({ directory, port: 0, gatewayPort: 0, issuers })
  t.teardown(dev.stop)
  return dev
}

/** Answers the questions in turn, and remembers what was asked and said. */
function script (answers: readonly string[]) {
  const left = [...answers]
  const asked: { question: string, hidden: boolean }[] = []
  const said: string[] = []
  return {
    asked,
    said,
    left,
    ask: async (question: string, hidden = false) => {
      asked.push({ question: question.trim(), hidden })
      return left.shift() ?? null
    },
    say: (text: string) => { said.push(text) }
  }
}

void t.test('the first start drafts a connection, and prints its addresses as the API has them', async t => {
  const { gateway, connection, operatorToken, url } = await start(t)
  const { body } = await gateway.api('GET', `/tenants/dev/connections/${connection.id}`)
  t.equal(body['state'], 'draft')
  const steps = describeOktaSteps(connection)
  for (const name of ['redirectUri', 'initiateLoginUri', 'postLogoutRedirectUri']) t.ok(steps.includes(` ${String(body[name])}\n`), name)
  for (const choice of ['OIDC - OpenID Connect', 'Web Application', 'Either Okta or App', 'Redirect to app to initiate login (OIDC Compliant)', 'Federation Broker Mode', 'Assignments']) t.ok(steps.includes(choice), choice)
  const calls = describeCalls({ gateway, connection, operatorToken })
  t.ok(calls.includes(`-X PATCH '${gateway.url}/api/v1/tenants/dev/connections/${connection.id}' -H 'authorization: Bearer ${operatorToken}'`))
  const doors = describeDoors(url, { ...connection, issuer: 'https://acme.okta.com/oauth2/default' }, ['acme.test'])
  for (const door of ['somebody@acme.test', 'https://acme.okta.com/app/UserHome']) t.ok(doors.includes(door), door)
})

void t.test('the second start finds the same connection, and secrets that only their owner can read', async t => {
  const first = await start(t)
  const token = first.operatorToken
  await first.stop()
  const file = path.join(directory, 'secrets.json')
  t.equal(statSync(file).mode & 0o777, 0o600)
  t.same(Object.keys(JSON.parse(readFileSync(file, 'utf8'))), ['ENCRYPTION_KEYS', 'COOKIE_SECRETS', 'OPERATOR_TOKEN'])
  chmodSync(file, 0o644)
  const second = await start(t)
  t.equal(second.connection.id, first.connection.id)
  t.equal(second.operatorToken, token)
  t.equal(statSync(file).mode & 0o777, 0o600, 'and a file that was opened up is closed again')
})

void t.test('who leaves in the middle has connected nothing, and may begin again', async t => {
  const { gateway, connection } = await start(t)
  t.equal(await connectOkta(gateway, connection.id, script([NOBODY, '0oanew'])), false)
  t.equal((await readConnection(gateway, connection.id)).state, 'draft')
})

void t.test('bad answers are explained in the API\'s own words and asked again; good ones sign people in', async t => {
  const org = await startOktaOrg({ name: 'acme', label: 'Acme Corp', people: [{ email: 'ada@acme.test', name: 'Ada Lovelace' }] })
  t.teardown(org.stop)
  const { gateway, connection, url } = await start(t, [org.url])
  const app = org.addApp({ label: 'Northwind', redirectUris: [connection.redirectUri.replace(/^http:\/\/[^/]+/, url)], initiateLoginUri: connection.initiateLoginUri, postLogoutRedirectUris: [connection.postLogoutRedirectUri] })
  const secret = String(app.secrets[0])
  const dialogue = script(['', 'acme', org.url, 'has a space', app.clientId, app.clientId, secret, 'gmail.com', 'ada@acme.test'])
  t.equal(await connectOkta(gateway, connection.id, dialogue), true)
  t.same(dialogue.left, [], 'every answer was asked for')
  const said = dialogue.said.join('\n')
  for (const sentence of ['Write the whole address, as in acme.okta.com.', 'without spaces', 'looks like a client id', 'no tenant can own it']) t.ok(said.includes(sentence), sentence)
  t.notOk(said.includes(secret))
  t.same(dialogue.asked.filter(({ hidden }) => hidden).map(({ question }) => question), ['Client Secret (not shown):', 'Client Secret (not shown):'])
  t.equal((await readConnection(gateway, connection.id)).state, 'live')
  t.same(await listDomains(gateway), ['acme.test'])

  const browser = createBrowser()
  await browser.visit(`${url}/auth/login?login_hint=ada@acme.test&return_to=/`)
  await browser.submit(new URL(browser.page().url).pathname, { person: 'ada@acme.test' })
  t.equal(browser.page().url, `${url}/`)
  t.match(browser.page().text, 'Hello, Ada')
})

void t.test('what is live stays live at the next start, and may be connected anew', async t => {
  const { gateway, connection } = await start(t)
  t.equal(connection.state, 'live')
  const again = script([NOBODY, '0oanew', 'new-secret', 'acme.test'])
  t.equal(await connectOkta(gateway, connection.id, again), true)
  t.match(await readConnection(gateway, connection.id), { state: 'live', issuer: NOBODY })
})

void t.test('a port that is taken is no reason to take another: it is registered in Okta', async t => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.teardown(() => { other.close() })
  const address = other.address()
  const port = typeof address === 'object' ? address?.port ?? 0 : 0
  await t.rejects(startDev({ directory, port, gatewayPort: 0, issuers: [] }), { message: new RegExp(`port ${port}`) })
})

void t.test('secrets that cannot be read are never replaced: the kept database would stay closed', t => {
  const spoiled = mkdtempSync(path.join(os.tmpdir(), 'gatehouse-secrets-'))
  t.teardown(() => { rmSync(spoiled, { recursive: true, force: true }) })
  for (const text of ['', '{', '[]', 'null', JSON.stringify({ COOKIE_SECRETS: randomBytes(8).toString('hex') })]) {
    writeFileSync(path.join(spoiled, 'secrets.json'), text)
    t.throws(() => keepSecrets(spoiled), { message: /remove .* to begin anew/ }, JSON.stringify(text))
  }
  t.end()
})

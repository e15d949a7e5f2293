// Can the keys of the deployment be replaced without signing anybody out? The steps that are documented, one after the other, with Ada signed in all along.
import { randomBytes } from 'node:crypto'
import t from 'tap'
import { atCallback, atProduct, nextUrl, signIn, whoAmI } from '../journeys/signing-in.ts'
import { openOrg } from '../journeys/world.ts'
import { createBrowser } from '../world/browser.ts'
import { createClock } from '../world/clock.ts'
import { findFreePort, migrateDatabase, type RunningGateway, startGateway } from '../world/gateway.ts'
import { createScratchDatabase } from '../world/scratch-database.ts'
import { createTenancy, made } from '../world/tenancy.ts'
import { openDoor } from './door.ts'

t.setTimeout(60_000)

void t.test('ENCRYPTION_KEYS and COOKIE_SECRETS are replaced, what is kept is resealed, the old ones go, and nobody is signed out', async t => {
  const people = ['ada@acme.test', 'bob@acme.test', 'eve@acme.test']
  const org = await openOrg(t, createClock(new Date()), 'acme', people)
  const database = await createScratchDatabase(t, migrateDatabase)
  const port = await findFreePort()
  const url = `http://localhost:${port}`
  const [one, two] = ['one', 'two'].map(id => `${id}:${randomBytes(32).toString('base64')}`)
  const [before, after] = ['before', 'after'].map(name => `${name}-${randomBytes(32).toString('hex')}`)
  let gateway: RunningGateway | null = null
  const log: string[] = []
  const start = async (keys: readonly unknown[], secrets: readonly unknown[]): Promise<RunningGateway> => {
    gateway = await startGateway({ databaseUrl: database.url, port, publicUrl: url, issuers: [org.url], environment: { ENCRYPTION_KEYS: keys.join(','), COOKIE_SECRETS: secrets.join(',') }, log: line => { log.push(line) } })
    return gateway
  }
  /** Somebody is at Okta while the gateway is replaced, and comes back to the new one. */
  const restart = async (keys: readonly unknown[], secrets: readonly unknown[]): Promise<void> => {
    const underWay = createBrowser()
    await signIn({ url }, underWay, 'eve@acme.test', atCallback)
    const callback = nextUrl(underWay.page())
    await gateway?.close()
    await start(keys, secrets)
    await underWay.visit(callback.href, atProduct({ url }))
    t.equal((await whoAmI({ url }, underWay)).status, 200, `a login that was under way is finished with ${keys.length} keys and ${secrets.length} secrets`)
  }
  t.teardown(async () => { await gateway?.close() })
  const reseal = async (keys: readonly unknown[]) => await openDoor(t, 'reseal', { DATABASE_URL: database.url, ENCRYPTION_KEYS: keys.join(',') }).ended

  const first = await start([one], [before])
  await made(first, '/apps', { slug: 'northwind', name: 'Northwind', audience: 'https://api.northwind.test', hosts: [new URL(url).host], returnTo: [`${url}/`], homeUrl: `${url}/home` })
  await createTenancy(first, { slug: 'acme', name: 'Acme', domains: ['acme.test'], org, members: people.map(email => ({ email, name: email, roles: ['buyer'] })) })
  const [ada, bob] = [createBrowser(), createBrowser()]
  await signIn({ url }, ada, 'ada@acme.test')
  t.equal((await whoAmI({ url }, ada)).status, 200)

  // Behind first, on every replica: one that has not been restarted yet must open what the next one seals and signs.
  await restart([one, two], [before, after])
  t.equal((await whoAmI({ url }, ada)).status, 200)
  await restart([two, one], [after, before])
  t.equal((await whoAmI({ url }, ada)).status, 200, 'a cookie that the old secret signed is believed')
  await signIn({ url }, bob, 'bob@acme.test')

  // While it runs.
  t.match(await reseal([two]), { code: 1, err: /^\d+ cannot be opened with any of ENCRYPTION_KEYS: .*connections\// }, 'not without the old key')
  t.match(await reseal([two, one]), { code: 0, out: /^Resealed: 3\. .* `two`/ })
  t.match(await reseal([two, one]), { code: 0, out: /^Resealed: 0\./ })

  await restart([two], [after, before])
  t.equal((await whoAmI({ url }, ada)).status, 200)
  t.equal((await whoAmI({ url }, bob)).status, 200)
  await signIn({ url }, createBrowser(), 'ada@acme.test')

  // After SESSION_LIFETIME_SECONDS, when every cookie of the old secret is over.
  t.notMatch(log.join(), 'COOKIE_SECRETS', 'until here nobody has brought a cookie that nobody knows')
  await restart([two], [after])
  t.equal((await whoAmI({ url }, bob)).status, 200, 'who has come since then stays')

  // Who has come before is signed out, is asked to sign in and can, and the log says why.
  for (let again = 0; again < 3; again++) t.match(await whoAmI({ url }, ada), { status: 401 })
  t.strictSame(log.filter(line => line.includes('COOKIE_SECRETS')).map(line => JSON.parse(line)).map(({ level, msg }) => ({ level, msg })), [
    { level: 40, msg: 'a session cookie was signed with none of COOKIE_SECRETS: its browser has to sign in again. Was a secret taken out before SESSION_LIFETIME_SECONDS had passed? This is said once' }
  ])
  t.notOk(log.join().includes(before ?? '') || log.join().includes(after ?? ''))
  await signIn({ url }, ada, 'ada@acme.test')
  t.equal((await whoAmI({ url }, ada)).status, 200)
})

void t.test('reseal names what it needs, and says when the database is away', async t => {
  t.match(await openDoor(t, 'reseal', {}).ended, { code: 1, err: /DATABASE_URL is missing: [^]*ENCRYPTION_KEYS is missing: / })
  const away = await openDoor(t, 'reseal', { DATABASE_URL: 'postgres://x@127.0.0.1:1/x', ENCRYPTION_KEYS: `one:${randomBytes(32).toString('base64')}` }).ended
  t.match(away, { code: 1, err: /^Nothing more could be resealed: the database does not answer/ })
})

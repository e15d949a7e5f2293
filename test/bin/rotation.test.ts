// Can the keys of the deployment be replaced without signing anybody out? The steps that are documented, one after the other, with Ada signed in all along.
import { randomBytes } from 'node:crypto'
import t from 'tap'
import { signIn, whoAmI } from '../journeys/signing-in.ts'
import { openOrg } from '../journeys/world.ts'
import { createBrowser } from '../world/browser.ts'
import { createClock } from '../world/clock.ts'
import { findFreePort, migrateDatabase, type RunningGateway, startGateway } from '../world/gateway.ts'
import { createScratchDatabase } from '../world/scratch-database.ts'
import { createTenancy, made } from '../world/tenancy.ts'
import { openDoor } from './door.ts'

t.setTimeout(60_000)

void t.test('ENCRYPTION_KEYS and COOKIE_SECRETS are replaced, what is kept is resealed, the old ones go, and nobody is signed out', async t => {
  const org = await openOrg(t, createClock(new Date()), 'acme', ['ada@acme.test', 'bob@acme.test'])
  const database = await createScratchDatabase(t, migrateDatabase)
  const port = await findFreePort()
  const url = `http://localhost:${port}`
  const [one, two] = ['one', 'two'].map(id => `${id}:${randomBytes(32).toString('base64')}`)
  const [before, after] = ['before', 'after'].map(name => `${name}-${randomBytes(32).toString('hex')}`)
  let gateway: RunningGateway | null = null
  const restart = async (keys: readonly unknown[], secrets: readonly unknown[]): Promise<RunningGateway> => {
    await gateway?.close()
    gateway = await startGateway({ databaseUrl: database.url, port, publicUrl: url, issuers: [org.url], environment: { ENCRYPTION_KEYS: keys.join(','), COOKIE_SECRETS: secrets.join(',') } })
    return gateway
  }
  t.teardown(async () => { await gateway?.close() })
  const reseal = async (keys: readonly unknown[]) => await openDoor(t, 'reseal', { DATABASE_URL: database.url, ENCRYPTION_KEYS: keys.join(',') }).ended

  const first = await restart([one], [before])
  await made(first, '/apps', { slug: 'northwind', name: 'Northwind', audience: 'https://api.northwind.test', hosts: [new URL(url).host], returnTo: [`${url}/`], homeUrl: `${url}/home` })
  await createTenancy(first, { slug: 'acme', name: 'Acme', domains: ['acme.test'], org, members: ['ada@acme.test', 'bob@acme.test'].map(email => ({ email, name: email, roles: ['buyer'] })) })
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
  await restart([two], [after])
  t.equal((await whoAmI({ url }, bob)).status, 200, 'who has come since then stays')
})

void t.test('reseal names what it needs, and says when the database is away', async t => {
  t.match(await openDoor(t, 'reseal', {}).ended, { code: 1, err: /DATABASE_URL is missing: [^]*ENCRYPTION_KEYS is missing: / })
  const away = await openDoor(t, 'reseal', { DATABASE_URL: 'postgres://x@127.0.0.1:1/x', ENCRYPTION_KEYS: `one:${randomBytes(32).toString('base64')}` }).ended
  t.match(away, { code: 1, err: /^Nothing more could be resealed: the database does not answer/ })
})

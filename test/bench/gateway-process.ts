// The gateway that is measured: the real thing with a customer set up, on a core of its own, behind a proxy that it trusts.
import { randomBytes } from 'node:crypto'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { findFreePort, type RunningGateway, startGateway } from '../world/gateway.ts'
import { createTenancy, made } from '../world/tenancy.ts'
import { answerParent } from './answer-parent.ts'
import { textIn } from './facts.ts'

let gateway: RunningGateway | null = null
let statements = 0
const cookieSecret = randomBytes(32).toString('hex')

async function start (given: unknown): Promise<Record<string, string>> {
  const port = await findFreePort()
  const host = `localhost:${port}`
  const provider = textIn(given, ['databaseUrl', 'encryptionKeys', 'origin', 'clientId', 'clientSecret', 'email', 'name'])
  gateway = await startGateway({
    databaseUrl: provider.databaseUrl,
    port,
    publicUrl: `http://${host}`,
    issuers: [provider.origin],
    environment: { ENCRYPTION_KEYS: provider.encryptionKeys, TRUSTED_PROXIES: '127.0.0.1', COOKIE_SECRETS: cookieSecret },
    onStatement: () => { statements++ },
    // Lines are made as in production, and thrown away.
    log: () => {}
  })
  await made(gateway, '/apps', { slug: 'northwind', name: 'Northwind', audience: 'https://api.northwind.test', hosts: [host], returnTo: [`http://${host}/`], homeUrl: `http://${host}/` })
  const { connection } = await createTenancy(gateway, {
    slug: 'acme',
    name: 'Acme Corp',
    domains: ['acme.test'],
    org: { url: provider.origin, addApp: app => ({ ...app, clientId: provider.clientId, secrets: [provider.clientSecret] }) },
    members: [{ email: provider.email, name: provider.name, roles: ['admin', 'buyer'] }]
  })
  return { url: gateway.url, host, connection, cookieSecret }
}

/** An app that is served through the gateway, on a host of its own. */
async function serve (given: unknown): Promise<Record<string, string>> {
  if (gateway === null) throw new Error('The gateway is not up')
  const host = `orders.localhost:${new URL(gateway.publicUrl).port}`
  await made(gateway, '/apps', { slug: 'orders', name: 'Orders', audience: 'https://orders.northwind.test', hosts: [host], returnTo: [`http://${host}/`], homeUrl: `http://${host}/`, upstream: textIn(given, ['upstream']).upstream })
  return { host }
}

/** What is on the heap when all that nobody needs is gone. */
function settled (): Record<string, number> {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return { heapMb: process.memoryUsage().heapUsed / 1024 / 1024 }
}

answerParent({ start, serve, settled }, { statements: () => statements, close: async () => { await gateway?.close() } })

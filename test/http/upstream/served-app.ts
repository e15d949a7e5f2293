// What stands around the routes of served apps in a small test? A server of one app whose door and whose database are the test's own.
import Fastify, { type FastifyInstance } from 'fastify'
import type { CheckAccess, OpenSession } from '../../../src/flows/check-access.ts'
import { answerError } from '../../../src/http/answer-error.ts'
import { cookieScheme } from '../../../src/http/attempt-cookies.ts'
import { loadAssets } from '../../../src/http/pages/assets.ts'
import { RequestRefusal } from '../../../src/http/refusal.ts'
import { logRequests } from '../../../src/http/request-log.ts'
import { sessionCookies } from '../../../src/http/session-cookie.ts'
import { trustPeers } from '../../../src/http/trusted-peer.ts'
import type { Limits } from '../../../src/http/upstream/room.ts'
import { serveUpstream } from '../../../src/http/upstream/serve-upstream.ts'
import { createUpstreamAgent, type Patience } from '../../../src/http/upstream/upstream-agent.ts'
import { tellUpstreamRequests } from '../../../src/http/upstream/whose-request.ts'
import { Secret } from '../../../src/secret.ts'
import type { App } from '../../../src/tenant/app.ts'
import { northwind } from '../pages/every-page.ts'

export interface ServedAppOptions {
  readonly apps: () => readonly App[] | Promise<readonly App[]>
  readonly checkAccess: CheckAccess
  readonly openSession?: OpenSession
  readonly patience?: Patience
  readonly limits?: Limits
  readonly every?: (milliseconds: number, work: () => void) => () => void
  readonly trustedProxies?: readonly string[]
}

export const at = new Date('2026-11-21T09:00:00Z')

/** The gateway's own routes are one: `/`, which says that it is the gateway's. */
export async function buildServedApp (t: { teardown (done: () => Promise<void>): unknown }, options: ServedAppOptions): Promise<{ readonly server: FastifyInstance, readonly cookie: string }> {
  const { apps, checkAccess, openSession = () => ({ kind: 'closed', code: 'not-signed-in' }), trustedProxies = [] } = options
  const isTrusted = trustPeers(trustedProxies)
  const server = Fastify({ trustProxy: address => isTrusted(address) })
  logRequests(server, { routineChecks: 0, answered () {} })
  server.setErrorHandler(answerError({ look: { brand: northwind, assets: loadAssets(northwind) }, now: () => at }))
  server.setNotFoundHandler(async () => { throw new RequestRefusal('route-unknown') })
  const [publicUrl, loginHost] = ['https://login.northwind.test', 'login.northwind.test']
  server.addConstraintStrategy(tellUpstreamRequests({ loginHost, apps, isTrusted }))
  server.get('/', async () => 'ours')
  const cookies = sessionCookies([new Secret('x'.repeat(32))], cookieScheme(false))
  await server.register(async scope => {
    await serveUpstream(scope, {
      apps,
      checkAccess,
      openSession,
      signIns: { find: () => null, reload: async () => null },
      cookies,
      publicUrl,
      plainLocalhost: false,
      changes: { onChange: () => {}, onDoubt: () => {} },
      now: () => at,
      every: options.every ?? (() => () => {}),
      liftDeadline: () => {},
      limits: options.limits,
      agent: createUpstreamAgent(options.patience)
    })
  })
  t.teardown(async () => { await server.close() })
  return { server, cookie: `__Host-gatehouse=${encodeURIComponent(cookies.signer.sign('ses-1'))}` }
}

// How does a gateway run that people see as https, in a test that has no certificates? Behind a proxy that ends TLS, as it would in production.
import { randomBytes } from 'node:crypto'
import { request } from 'undici'
import { parseConfig } from '../../src/config.ts'
import { buildGateway } from '../../src/gateway.ts'
import { createLogger } from '../../src/log.ts'
import { type Browser, createBrowser } from '../world/browser.ts'
import type { Clock } from '../world/clock.ts'
import { type Answered, findFreePort, migrateDatabase, type RunningGateway } from '../world/gateway.ts'
import { createScratchDatabase } from '../world/scratch-database.ts'
import type { WithTeardown } from './world.ts'

export interface SecureGateway extends RunningGateway {
  /** A browser for which the proxy stands between itself and the gateway. */
  browser (): Browser
}

/**
 * Starts it at `publicUrl` (https). `issuers` are the origins of stand-ins: an environment with https may not name any, so they are added
 * behind the back of the configuration.
 */
export async function openSecureGateway (t: WithTeardown, publicUrl: string, issuers: readonly string[], clock: Clock): Promise<SecureGateway> {
  const database = await createScratchDatabase(t, migrateDatabase)
  const operatorToken = randomBytes(24).toString('hex')
  const config = parseConfig({
    PUBLIC_URL: publicUrl,
    DATABASE_URL: database.url,
    ENCRYPTION_KEYS: `test:${randomBytes(32).toString('base64')}`,
    COOKIE_SECRETS: randomBytes(32).toString('hex'),
    OPERATOR_TOKEN: operatorToken,
    TRUSTED_PROXIES: '127.0.0.1'
  })
  const gateway = await buildGateway({ ...config, developmentIssuers: issuers }, { logger: createLogger('silent'), now: clock.now })
  t.teardown(async () => { await gateway.close() })
  await gateway.tend()
  await gateway.changes.ready()
  const port = await findFreePort()
  const url = `http://127.0.0.1:${port}`
  await gateway.server.listen({ host: '127.0.0.1', port })
  return {
    url,
    publicUrl,
    operatorToken,
    gateway,
    async api (method, path, body): Promise<Answered> {
      const answer = await request(`${url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body)
      })
      const text = await answer.body.text()
      return { status: answer.statusCode, headers: answer.headers, body: text === '' ? {} : JSON.parse(text) }
    },
    close: async () => { await gateway.close() },
    browser: () => createBrowser({ origins: { [publicUrl]: url } })
  }
}

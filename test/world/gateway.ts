// What does a gateway need to run beside a test? A migrated database and an environment; the rest is the real thing, over real HTTP.
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import { request } from 'undici'
import { parseConfig } from '../../src/config.ts'
import type { Surroundings } from '../../src/edges.ts'
import { buildGateway, type Gateway } from '../../src/gateway.ts'
import { createLogger } from '../../src/log.ts'
import { connect } from '../../src/postgres/connect.ts'
import { migrate } from '../../src/postgres/migrate.ts'
import { Secret } from '../../src/secret.ts'
import { traceFor } from '../../src/traced.ts'

export interface GatewayOptions extends Partial<Omit<Surroundings, 'logger'>> {
  readonly databaseUrl: string
  /** Where people see it; on its own port of this machine when left out. */
  readonly publicUrl?: string
  readonly port?: number
  /** Origins of the stand-ins for Okta. */
  readonly issuers: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** Collects the log, line by line. */
  readonly log?: (line: string) => void
}

export interface Answered {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly body: Record<string, unknown>
}

export interface RunningGateway {
  /** Where it really listens. */
  readonly url: string
  readonly publicUrl: string
  readonly operatorToken: string
  readonly gateway: Gateway
  /** Calls the operator API; a body is sent as JSON. */
  api (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<Answered>
  close (): Promise<void>
}

/** Brings a database to the schema: what `createScratchDatabase` asks for. */
export async function migrateDatabase (url: string): Promise<void> {
  const { db, close } = connect({ url: new Secret(url), patient: true })
  await migrate(db).finally(close)
}

/** A port that nobody listens on at the moment. */
export async function findFreePort (): Promise<number> {
  const server = createServer()
  return await new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => { resolve(typeof address === 'object' ? address?.port ?? 0 : 0) })
    })
  })
}

export async function startGateway (options: GatewayOptions): Promise<RunningGateway> {
  const port = options.port ?? await findFreePort()
  const url = `http://127.0.0.1:${port}`
  const publicUrl = options.publicUrl ?? `http://localhost:${port}`
  const operatorToken = randomBytes(24).toString('hex')
  const config = parseConfig({
    PUBLIC_URL: publicUrl,
    DATABASE_URL: options.databaseUrl,
    ENCRYPTION_KEYS: `test:${randomBytes(32).toString('base64')}`,
    COOKIE_SECRETS: randomBytes(32).toString('hex'),
    OPERATOR_TOKEN: operatorToken,
    BRAND_NAME: 'Northwind',
    SUPPORT_EMAIL: 'help@northwind.test',
    LOGIN_RATE_LIMIT: '0',
    API_RATE_LIMIT: '0',
    ...(publicUrl.startsWith('http://') ? { DEVELOPMENT_ISSUERS: options.issuers.join(',') } : {}),
    ...options.environment
  })
  const logger = createLogger(options.log === undefined ? 'silent' : 'debug', { write: line => { options.log?.(line) } })
  const { now, random, monotonic, onStatement, lookUpTxt } = options
  const gateway = await buildGateway(config, {
    logger,
    ...(now === undefined ? {} : { now }),
    ...(random === undefined ? {} : { random }),
    ...(monotonic === undefined ? {} : { monotonic }),
    ...(onStatement === undefined ? {} : { onStatement }),
    ...(lookUpTxt === undefined ? {} : { lookUpTxt }),
    ...await traceFor(config)
  })
  await gateway.tend()
  await gateway.changes.ready()
  await gateway.server.listen({ host: '127.0.0.1', port })
  const token = config.operatorToken?.reveal() ?? operatorToken

  return {
    url,
    publicUrl,
    operatorToken: token,
    gateway,
    async api (method, path, body) {
      const answer = await request(`${url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        body: body === undefined ? null : JSON.stringify(body)
      })
      const text = await answer.body.text()
      return { status: answer.statusCode, headers: answer.headers, body: text === '' ? {} : JSON.parse(text) }
    },
    close: async () => { await gateway.close() }
  }
}

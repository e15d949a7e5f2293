// Who calls the API in its tests? An operator with the right token, over real stores in a database of their own.
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import { pino } from 'pino'
import { changeMember } from '../../../src/flows/change-member.ts'
import { endMemberSessions } from '../../../src/flows/end-member-sessions.ts'
import { findDoor } from '../../../src/flows/find-door.ts'
import { findLoginPolicy } from '../../../src/flows/find-login-policy.ts'
import { createSetupLink } from '../../../src/flows/create-setup-link.ts'
import { findSignIn } from '../../../src/flows/find-sign-in.ts'
import { handOutSetupLink } from '../../../src/flows/hand-out-setup-link.ts'
import { importMembers } from '../../../src/flows/import-members.ts'
import { inviteMember } from '../../../src/flows/invite-member.ts'
import { moveConnection } from '../../../src/flows/move-connection.ts'
import { preflightConnection } from '../../../src/flows/preflight-connection.ts'
import { preflightShadow } from '../../../src/flows/preflight-shadow.ts'
import { resolveConflict } from '../../../src/flows/resolve-conflict.ts'
import { rotateKeys } from '../../../src/flows/rotate-keys.ts'
import { answerError } from '../../../src/http/answer-error.ts'
import { explain } from '../../../src/http/explanations.ts'
import { findOperator } from '../../../src/http/operator-credentials.ts'
import { loadAssets } from '../../../src/http/pages/assets.ts'
import { logRequests } from '../../../src/http/request-log.ts'
import { operatorApi, type OperatorApiNeeds } from '../../../src/http/routes/api/operator-api.ts'
import { connect } from '../../../src/postgres/connect.ts'
import { generateKey } from '../../../src/postgres/signing-keys.ts'
import { createStores } from '../../../src/postgres/stores.ts'
import { Outage } from '../../../src/outage.ts'
import { Secret } from '../../../src/secret.ts'
import { buildId } from '../../../src/tenant/id.ts'
import { openFreshDatabase, type WithTeardown } from '../../postgres/fresh-database.ts'
import { createClock } from '../../world/clock.ts'
import { createRandom } from '../../world/randomness.ts'

export const operatorToken = 'operator-token-of-northwind-0123456789'
export const publicUrl = 'https://login.northwind.test'
export const endedKeepSeconds = 3_900
export const policy = { rotationSeconds: 2_592_000, publishSeconds: 3_600, maxTokenLifetimeSeconds: 3_600 }

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT' | 'HEAD'
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>
  readonly text: string
  /** Parsed, and walked with `at`. */
  readonly body: unknown
  at (path: string): unknown
}

export async function openOperator (test: WithTeardown, changes: Partial<OperatorApiNeeds> = {}) {
  const database = await openFreshDatabase(test)
  const random = createRandom('operator')
  const clock = createClock()
  const { db, seal } = database
  // Patient, as the gateway's own for uploads.
  const importing = connect({ url: database.url, max: 1, statementSeconds: 60 })
  test.teardown(async () => { await importing.close() })
  const newEventId = () => buildId('evt', random(20))
  let keys = 0
  const stores = createStores({ db, importing: importing.db, seal, newEventId, makeClientKey: async () => await generateKey(`key-${++keys}`), endedKeepSeconds })
  const said: string[] = []
  const log: string[] = []
  const mailed: object[] = []
  const routes: string[] = []
  const forgotten: string[] = []
  const txt = new Map<string, readonly string[] | string>()
  const aliases = new Map<string, readonly string[]>()

  const checking = { idp: { probe: async () => { throw new Outage('provider-unreachable') } }, health: stores.health, events: stores.events, publicUrl, vendorName: 'Northwind', developmentOrigins: [], now: clock.now, random }
  const needs: OperatorApiNeeds = {
    ...stores,
    findSignIn: findSignIn({ ...stores, now: clock.now }),
    findLoginPolicy: findLoginPolicy({ findDoor: findDoor({ doors: stores.doors }) }),
    importMembers: importMembers({ imports: stores.imports, events: stores.events, now: clock.now, random }),
    changeMember: changeMember({ ...stores, now: clock.now }),
    endMemberSessions: endMemberSessions({ ...stores, now: clock.now }),
    inviteMember: inviteMember({ ...stores, mailInvitation: async mail => { mailed.push(mail); return true }, publicUrl, now: clock.now, random }),
    endedKeepSeconds,
    moveConnection: moveConnection({ ...stores, forgetProvider: id => { forgotten.push(id) }, now: clock.now }),
    handOutSetupLink: handOutSetupLink({ ...stores, createSetupLink: createSetupLink({ ...stores, now: clock.now, random }), mailSetupLink: async mail => { mailed.push(mail); return true }, publicUrl, now: clock.now }),
    resolveConflict: resolveConflict({ ...stores, now: clock.now }),
    rotateKeys: rotateKeys({ ...stores, generateKey, policy, now: clock.now, random }),
    policy,
    publicUrl,
    plainLocalhost: false,
    developmentOrigins: ['http://127.0.0.1:4010'],
    findOperator: findOperator({ operatorToken: new Secret(operatorToken), apiKeys: stores.apiKeys, now: clock.now }),
    // As `node:dns` does it: no record is an error.
    lookUpTxt: async name => {
      const found = txt.get(name) ?? 'ENOTFOUND'
      if (typeof found === 'string') throw Object.assign(new Error(found), { code: found })
      return found
    },
    preflightConnection: preflightConnection(checking),
    preflightShadow: preflightShadow(checking),
    afterChange: () => {},
    forgetProvider: id => { forgotten.push(id) },
    learnOrganization: async issuer => ({ aliases: aliases.get(issuer) ?? [] }),
    explain: (code, issuer) => explain(code, { vendorName: 'Northwind', issuer }),
    now: clock.now,
    random,
    ...changes
  }

  const brand = { name: 'Northwind', accent: '#2457d6', logo: null, supportEmail: null }
  const logger: FastifyBaseLogger = pino({ level: 'trace' }, { write: line => { log.push(line) } })
  const app = Fastify({ loggerInstance: logger, logController: new LogController({ disableRequestLogging: true }), exposeHeadRoutes: false, routerOptions: { maxParamLength: 256 }, genReqId: () => 'brave-otter-k7q2m' })
  logRequests(app, { routineChecks: 0, answered () {} })
  app.addHook('onRoute', ({ method, url }) => { routes.push(`${String(method)} ${url}`) })
  app.setErrorHandler(answerError({ look: { brand, assets: loadAssets(brand) }, now: clock.now }))
  await app.register(operatorApi, { ...needs, prefix: '/api/v1' })
  test.teardown(async () => { await app.close() })

  const send = async (method: Method, path: string, options: { payload?: string | object, headers?: Record<string, string> } = {}): Promise<Answer> => {
    const response = await app.inject({ method, url: `/api/v1${path}`, ...options })
    said.push(response.payload, JSON.stringify(response.headers))
    const body: unknown = /json/.test(String(response.headers['content-type'])) ? JSON.parse(response.payload) : null
    return { status: response.statusCode, headers: response.headers, text: response.payload, body, at: inside => walk(body, inside) }
  }
  const ask = async (method: Method, path: string, payload?: object | string, headers: Record<string, string> = {}): Promise<Answer> => {
    const authorization = `Bearer ${operatorToken}`
    return await send(method, path, { headers: { authorization, ...(typeof payload === 'string' ? { 'content-type': 'application/json' } : {}), ...headers }, ...(payload === undefined ? {} : { payload }) })
  }

  return {
    app,
    ask,
    send,
    stores,
    database,
    clock,
    said,
    log,
    mailed,
    routes,
    forgotten,
    txt,
    aliases,
    /** Made through the API; what it answered must be a success. */
    async make (path: string, payload: object): Promise<Answer> {
      const answer = await ask('POST', path, payload)
      if (answer.status >= 300) throw new Error(`POST ${path} answered ${answer.status}: ${answer.text}`)
      return answer
    },
    async events (): Promise<Array<Record<string, unknown>>> {
      return await database.raw('select * from events order by ctid')
    },
    /** Every row of every table but the audit log, to see that nothing was changed. */
    async everything (): Promise<string> {
      const tables = ['tenants', 'domains', 'connections', 'apps', 'members', 'invitations', 'identities', 'identity_conflicts', 'attempts', 'sign_ins', 'sessions', 'signing_keys', 'api_keys']
      const rows = await Promise.all(tables.map(async table => await database.raw(`select * from ${table} as one order by one::text`)))
      return JSON.stringify(rows)
    }
  }
}

export type Operator = Awaited<ReturnType<typeof openOperator>>

/** `items.0.id` and the like. */
function walk (value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, name) => typeof inner === 'object' && inner !== null && Object.hasOwn(inner, name) ? Reflect.get(inner, name) : undefined, value)
}

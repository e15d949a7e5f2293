// How do the rooms come together? The edges are opened, every flow gets what it needs, and all of it can be closed again.
import { randomBytes } from 'node:crypto'
import { resolveTxt } from 'node:dns/promises'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { type Config, isPlainLocalhost } from './config.ts'
import { arrive } from './flows/arrive.ts'
import { checkAccess, openSession } from './flows/check-access.ts'
import { completeLogin } from './flows/complete-login.ts'
import { endSignIn } from './flows/end-sign-in.ts'
import { findDoor } from './flows/find-door.ts'
import { findSignIn } from './flows/find-sign-in.ts'
import { issueTicket } from './flows/issue-ticket.ts'
import { issueToken } from './flows/issue-token.ts'
import { learnOrganization } from './flows/learn-organization.ts'
import { openBearer } from './flows/open-bearer.ts'
import { rotateKeys } from './flows/rotate-keys.ts'
import { startLogin } from './flows/start-login.ts'
import { sweep } from './flows/sweep.ts'
import { explain } from './http/explanations.ts'
import { prepareDrain } from './http/drain.ts'
import { buildManagement } from './http/management.ts'
import { loadAssets } from './http/pages/assets.ts'
import { buildServer } from './http/server.ts'
import { createIdentityProvider } from './idp/provider.ts'
import { createApps } from './postgres/apps.ts'
import { createAttempts } from './postgres/attempts.ts'
import { type Changes, listenToChanges } from './postgres/changes.ts'
import { connect } from './postgres/connect.ts'
import { createConnections } from './postgres/connections.ts'
import { createDomains } from './postgres/domains.ts'
import { createDoors } from './postgres/doors.ts'
import { createEndedSignIns } from './postgres/ended-sign-ins.ts'
import { createEvents } from './postgres/events.ts'
import { createExpired } from './postgres/expired.ts'
import { createIdentities } from './postgres/identities.ts'
import { createLiveSessions } from './postgres/live-sessions.ts'
import { createMembers } from './postgres/members.ts'
import { SchemaOlder, schemaState } from './postgres/migrate.ts'
import { remember, rememberEach } from './postgres/remembered.ts'
import { createSeal, rememberOpened } from './postgres/sealed.ts'
import { createSessions } from './postgres/sessions.ts'
import { createSignOuts } from './postgres/sign-outs.ts'
import { createSigningKeys, generateKey } from './postgres/signing-keys.ts'
import { createTenants } from './postgres/tenants.ts'
import { createTickets } from './postgres/tickets.ts'
import { buildId, isId } from './tenant/id.ts'

/** What a test or the demo may bring instead of the machine's own. */
export interface Surroundings {
  readonly logger: FastifyBaseLogger
  readonly now?: () => Date
  readonly random?: (bytes: number) => Uint8Array
  readonly monotonic?: () => number
  readonly onStatement?: (sql: string) => void
  /** Does something again and again until what it returns is called. */
  readonly every?: (milliseconds: number, work: () => void) => () => void
  readonly lookUpTxt?: (name: string) => Promise<readonly string[]>
}

export interface Gateway {
  readonly server: FastifyInstance
  readonly management: FastifyInstance
  /** Makes the first signing key if there is none, and rotates it when that is due. */
  readonly tend: () => Promise<void>
  readonly sweep: ReturnType<typeof sweep>
  readonly changes: Changes
  /** Throws what makes it senseless to start: a database that is away or behind this version, keys that do not open what it keeps. */
  readonly checkStart: () => Promise<{ readonly schema: 'current' | 'newer' }>
  /** From now on not ready, and still serving: whoever balances the load has time to look elsewhere, and is told so with every answer. */
  readonly drain: () => void
  close (): Promise<void>
}

/** No app may have tokens that live longer; the contract says so, and old keys are published for that long. */
const MAX_TOKEN_SECONDS = 3_600
/** Verifiers allow for clocks, and pollers take their time. */
const ENDED_KEEP_SECONDS = MAX_TOKEN_SECONDS + 300
const ATTEMPT_RETENTION_SECONDS = 90 * 86_400

export async function buildGateway (config: Config, surroundings: Surroundings): Promise<Gateway> {
  const { logger, now = () => new Date(), random = randomBytes, monotonic = () => performance.now(), every = keepDoing } = surroundings
  const { publicUrl } = config
  const plainLocalhost = isPlainLocalhost(publicUrl)

  // The edges.
  const seal = createSeal(config.encryptionKeys)
  const { db, close: disconnect } = connect({
    url: config.databaseUrl,
    // Whoever names a second address for LISTEN has a transaction pooler at the first; where there is one and nobody said so, no change is heard.
    keepsPrepared: () => config.databaseListenUrl.reveal() === config.databaseUrl.reveal() && changes.isTrusted(),
    onIdleError: error => { logger.warn({ err: error }, 'an idle database connection broke; it is replaced') },
    ...(surroundings.onStatement === undefined ? {} : { onStatement: surroundings.onStatement })
  })
  const changes = listenToChanges({ url: config.databaseListenUrl, name: Buffer.from(random(12)).toString('hex'), monotonic, onLost: error => { logger.warn({ err: error }, 'the line to the database is lost; nothing is answered from memory until it is back') } })
  const idp = createIdentityProvider({
    developmentOrigins: config.developmentIssuers,
    now,
    onTrouble: ({ key, error }) => { logger.warn({ err: error, key }, 'an identity provider could not be asked; its last good answer goes on serving') }
  })

  const newEventId = () => buildId('evt', random(20))
  const tenants = createTenants(db)
  const domains = createDomains(db)
  const connections = createConnections(db, seal)
  const apps = createApps(db)
  const members = createMembers(db)
  const attempts = createAttempts(db, rememberOpened(seal))
  const identities = createIdentities(db)
  const tickets = createTickets(db)
  const stored = createSessions(db, seal, newEventId)
  const signingKeys = createSigningKeys(db, seal)
  const events = createEvents(db, newEventId)
  const live = createLiveSessions({
    // By the hash of a cookie, or by the sign-in that a token names; what ends either is told by the same word.
    load: async key => isId('sin', key) ? await stored.findBySignIn(key) : await stored.find(key),
    write: stored.touch,
    changes,
    onWriteError: error => { logger.warn({ err: error }, 'the last use of some sessions could not be written down') }
  })
  const doors = createDoors(db)
  // Every visit to the sign-in page asks whose an email domain is. Closed doors are not remembered: they are about to be opened.
  const doorsByDomain = rememberEach(doors.findByDomain, ['tenant', 'connection', 'domain'], changes, { max: 5_000, worth: ({ connections }) => connections.some(({ state }) => state === 'live') })
  const knownApps = remember(apps.list, 'app', changes)
  const ring = remember(signingKeys.find, 'signing-key', changes)
  changes.onChange((kind, id) => { if (kind === 'connection') idp.forget(id) })

  // The flows.
  const policy = { rotationSeconds: config.keyRotationSeconds, publishSeconds: config.keyPublishSeconds, maxTokenLifetimeSeconds: MAX_TOKEN_SECONDS }
  const open = openSession({ sessions: { find: live.find, touch: live.touch, reload: stored.find }, now })
  const bearer = openBearer({ sessions: { findBySignIn: live.find, reloadBySignIn: stored.findBySignIn }, ring, issuer: publicUrl, policy, now })
  const issue = issueToken({ ring, issuer: publicUrl, lifetimeSeconds: config.tokenLifetimeSeconds, policy, now, random })
  const rotate = rotateKeys({ signingKeys, events, generateKey, policy, now, random })
  const sessionLimits = { idleSeconds: config.sessionIdleSeconds, lifetimeSeconds: config.sessionLifetimeSeconds }
  const look = { brand: config.brand, assets: loadAssets(config.brand) }

  const server = await buildServer({
    publicUrl,
    plainLocalhost,
    trustedProxies: config.trustedProxies,
    cookieSecrets: config.cookieSecrets,
    loginRateLimit: config.loginRateLimit,
    apiRateLimit: config.apiRateLimit,
    sessionLifetimeSeconds: config.sessionLifetimeSeconds,
    // The form cannot know the customer's Okta beforehand, and browsers hold every redirect after it to this list.
    formTargets: ['https:', ...config.developmentIssuers],
    look,
    logger,
    now,
    random,
    apps: knownApps,
    ring,
    policy,
    doors,
    sessions: { find: live.find, save: stored.save, saveArrival: async (idHash, session, ticket) => await tickets.arrive(idHash, session, ticket, now()), revoke: stored.revoke, forget: live.forget },
    dropSession: async idHash => {
      await stored.drop(idHash)
      live.forget(idHash)
    },
    issueTicket: issueTicket({ tickets, now, random }),
    arrive: arrive({ tickets, now }),
    findDoor: findDoor({ doors: { findByDomain: doorsByDomain.find, findByTenant: doors.findByTenant } }),
    startLogin: startLogin({ idp, attempts, publicUrl, now, random }),
    completeLogin: completeLogin({ idp, attempts, identities, sessionLimits, now, random }),
    noteClosed: async ({ tenant, code, reference, loginHint }) => {
      const at = now()
      const steps = [{ at, name: 'asked' as const, detail: { door: 'login' } }, { at, name: 'refused' as const, detail: { code } }]
      await attempts.saveFailedStart({ tenantId: tenant.id, connectionId: null, reference, door: 'login', loginHint, outcome: 'refused', code, steps, at })
    },
    openSession: open,
    issueToken: issue,
    checkAccess: checkAccess({ openSession: open, openBearer: bearer, issueToken: issue }),
    changes,
    every,
    signIns: { find: live.find, reload: stored.findBySignIn },
    endSignIn: endSignIn({ signOuts: createSignOuts(db, seal, newEventId), sessions: live, connections, idp, publicUrl, now }),
    operatorApi: {
      tenants,
      domains,
      connections,
      apps,
      members,
      attempts,
      sessions: stored,
      findSignIn: findSignIn({ sessions: stored, now }),
      endedSignIns: createEndedSignIns(db, ENDED_KEEP_SECONDS),
      endedKeepSeconds: ENDED_KEEP_SECONDS,
      signingKeys,
      events,
      rotateKeys: rotate,
      policy,
      publicUrl,
      plainLocalhost,
      developmentOrigins: config.developmentIssuers,
      operatorToken: config.operatorToken,
      lookUpTxt: surroundings.lookUpTxt ?? (async name => (await resolveTxt(name)).map(parts => parts.join(''))),
      afterChange: doorsByDomain.forget,
      forgetProvider: id => { idp.forget(id) },
      learnOrganization: learnOrganization({ idp }),
      explain: (code, issuer) => explain(code, { vendorName: config.brand.name, issuer }),
      now,
      random
    }
  })

  const drain = prepareDrain(server, every)
  const management = buildManagement({
    unready: async () => {
      if (drain.isUnderWay()) return ['the gateway is shutting down']
      const reasons: string[] = []
      try {
        if (await schemaState(db) === 'older') reasons.push('the database schema is older than this version; run the migrations')
        if ((await ring()).keys.length === 0) reasons.push('there is no signing key yet')
      } catch {
        reasons.push('the database does not answer')
      }
      if (!changes.isTrusted()) reasons.push('changes in the database are not heard')
      return reasons
    }
  })

  return {
    server,
    management,
    tend: async () => { await rotate('when-due', 'gatehouse') },
    sweep: sweep({ expired: createExpired(db), now, attemptRetentionSeconds: ATTEMPT_RETENTION_SECONDS }),
    changes,
    async checkStart () {
      const schema = await schemaState(db)
      if (schema === 'older') throw new SchemaOlder()
      const { keys, signer } = await ring()
      for (const { kid, retiredAt } of keys) if (retiredAt === null) await signer(kid)
      return { schema }
    },
    drain: drain.begin,
    async close () {
      await drain.finish()
      await management.close()
      await live.close().catch(error => { logger.warn({ err: error }, 'the last use of some sessions could not be written down') })
      await changes.close()
      await idp.close()
      await disconnect()
    }
  }
}

function keepDoing (milliseconds: number, work: () => void): () => void {
  const timer = setInterval(work, milliseconds)
  timer.unref()
  return () => { clearInterval(timer) }
}

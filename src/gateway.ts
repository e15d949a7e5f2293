// How do the rooms come together? The edges are opened, every flow gets what it needs, and all of it can be closed again.
import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { type Config, isPlainLocalhost } from './config.ts'
import { ENDED_KEEP_SECONDS, openEdges, type Surroundings } from './edges.ts'
import { arrive } from './flows/arrive.ts'
import { changeMember } from './flows/change-member.ts'
import { checkAccess, openSession } from './flows/check-access.ts'
import { completeLogin } from './flows/complete-login.ts'
import { endMemberSessions } from './flows/end-member-sessions.ts'
import { endSignIn } from './flows/end-sign-in.ts'
import { findDoor } from './flows/find-door.ts'
import { findLoginPolicy } from './flows/find-login-policy.ts'
import { findSignIn } from './flows/find-sign-in.ts'
import { goLiveDue } from './flows/go-live-due.ts'
import { handOutSetupLink } from './flows/hand-out-setup-link.ts'
import { importMembers } from './flows/import-members.ts'
import { inviteMember } from './flows/invite-member.ts'
import { issueTicket } from './flows/issue-ticket.ts'
import { issueToken } from './flows/issue-token.ts'
import { learnOrganization } from './flows/learn-organization.ts'
import { moveConnection } from './flows/move-connection.ts'
import { openBearer } from './flows/open-bearer.ts'
import { operatorSession } from './flows/operator-session.ts'
import { passAtOnce } from './flows/pass-at-once.ts'
import { preflightConnection } from './flows/preflight-connection.ts'
import { preflightNewest, preflightShadow } from './flows/preflight-shadow.ts'
import { recheckConnections } from './flows/recheck-connections.ts'
import { recheckDomains } from './flows/recheck-domains.ts'
import { resolveConflict } from './flows/resolve-conflict.ts'
import { restoreMember } from './flows/restore-member.ts'
import { rotateKeys } from './flows/rotate-keys.ts'
import { setUp } from './flows/set-up.ts'
import { startLogin } from './flows/start-login.ts'
import { sweep, sweepHourly } from './flows/sweep.ts'
import { tellAdmins } from './flows/tell-admins.ts'
import { explain } from './http/explanations.ts'
import { prepareDrain } from './http/drain.ts'
import { buildManagement } from './http/management.ts'
import { findOperator } from './http/operator-credentials.ts'
import { loadAssets } from './http/pages/assets.ts'
import { buildServer } from './http/server.ts'
import type { Changes } from './postgres/changes.ts'
import { createReadiness, type Readiness } from './postgres/readiness.ts'
import { generateKey } from './postgres/signing-keys.ts'
import { createExposition } from './telemetry/exposition.ts'
import { buildFamilies } from './telemetry/families.ts'
import { GATEHOUSE } from './tenant/event.ts'
import type { ConnectionId } from './tenant/id.ts'
import { MAX_TOKEN_SECONDS } from './token/key-ring.ts'
import { watchLogins } from './watched-logins.ts'

export interface Gateway {
  readonly server: FastifyInstance
  readonly management: FastifyInstance
  /** Makes the first signing key if there is none, and rotates it when that is due. */
  readonly tend: () => Promise<void>
  /** Looks at live connections whose last preflight is a day old; returns how many it looked at. */
  readonly recheck: () => Promise<number>
  readonly goLiveDue: ReturnType<typeof goLiveDue>
  readonly recheckDomains: ReturnType<typeof recheckDomains>
  readonly tellAdmins: ReturnType<typeof tellAdmins>
  readonly sweep: ReturnType<typeof sweep>
  /** What is looked after every minute, one after the other, by whichever replica comes first; under what they are about. */
  readonly chores: Readonly<Record<string, () => Promise<unknown>>>
  readonly changes: Changes
  /** Throws what makes it senseless to start: a database that is away or behind this version, keys that do not open what it keeps. */
  readonly checkStart: Readiness['checkStart']
  /** From now on not ready, and still serving: whoever balances the load has time to look elsewhere, and is told so with every answer. */
  readonly drain: () => void
  close (): Promise<void>
}

const DOMAINS_A_MINUTE = 20

export async function buildGateway (config: Config, surroundings: Surroundings): Promise<Gateway> {
  const { logger, now = () => new Date(), random = randomBytes, every = keepDoing } = surroundings
  const { publicUrl } = config
  const plainLocalhost = isPlainLocalhost(publicUrl)

  const edges = openEdges(config, surroundings)
  const { stores, idp, changes, live, mailroom, lookUpTxt, signals, doorsByDomain, knownApps, ring } = edges
  const { together, tenants, domains, doors, connections, health, rollOuts, setupLinks, invitations, identities, attempts, tickets, sessions: stored, events } = stores

  // The flows.
  const policy = { rotationSeconds: config.keyRotationSeconds, publishSeconds: config.keyPublishSeconds, maxTokenLifetimeSeconds: MAX_TOKEN_SECONDS }
  const open = openSession({ sessions: { find: live.find, touch: live.touch, reload: stored.find }, now })
  const bearer = openBearer({ sessions: { findBySignIn: live.find, reloadBySignIn: stored.findBySignIn }, ring, issuer: publicUrl, policy, now })
  const issue = issueToken({ ring, ringAtHand: ring.atHand, issuer: publicUrl, lifetimeSeconds: config.tokenLifetimeSeconds, policy, now, random, onMinted: app => { signals.tokenMinted(app.slug) } })
  const rotate = rotateKeys({ together, generateKey, policy, now, random })
  const knownDoor = findDoor({ doors: { findByDomain: doorsByDomain.find, findByTenant: doors.findByTenant } })
  const sessionLimits = { idleSeconds: config.sessionIdleSeconds, lifetimeSeconds: config.sessionLifetimeSeconds }
  const checking = { idp, health, events, publicUrl, vendorName: config.brand.name, developmentOrigins: config.developmentIssuers, now, random }
  const preflight = preflightConnection(checking)
  const ofShadow = preflightShadow(checking)
  const forgetProvider = (id: ConnectionId) => { idp.forget(id) }
  const learn = learnOrganization({ idp })
  const setup = setUp({ together, setupLinks, tenants, connections, domains, attempts, events, idp, learnOrganization: learn, forgetProvider, lookUpTxt, developmentOrigins: config.developmentIssuers, publicUrl, now, random })
  const findKnownOperator = findOperator({ operatorToken: config.operatorToken, apiKeys: stores.apiKeys, now })
  const operators = operatorSession({ operatorSessions: stores.operatorSessions, findOperator: findKnownOperator, operatorToken: config.operatorToken, events, now, random })
  const watched = watchLogins(signals)
  const asked = watched.provider(idp)
  const change = changeMember({ together, now })
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
    requestCounts: signals.requests,
    tracing: surroundings.tracing ?? null,
    now,
    random,
    apps: knownApps,
    appsAtHand: knownApps.atHand,
    ring,
    policy,
    findClientKeys: connections.findClientKeys,
    doors,
    sessions: { find: live.find, save: watched.save(stored.save), saveArrival: async (idHash, session, ticket) => await tickets.arrive(idHash, session, ticket, now()), revoke: stored.revoke, forget: live.forget },
    dropSession: async idHash => {
      await stored.drop(idHash)
      live.forget(idHash)
    },
    issueTicket: issueTicket({ tickets, now, random }),
    arrive: arrive({ tickets, now }),
    findDoor: knownDoor,
    startLogin: watched.start(startLogin({ idp: asked, attempts, publicUrl, now, random })),
    invitations,
    completeLogin: watched.complete(completeLogin({ idp: asked, attempts, connections, identities, identityConflicts: stores.identityConflicts, mappedRoles: stores.mappedRoles, invitations, events, sessionLimits, measure: signals.stage, now, random })),
    noteClosed: async ({ tenant, code, reference, loginHint }) => {
      signals.logins.refused(tenant.slug, code)
      const at = now()
      const steps = [{ at, name: 'asked' as const, detail: { door: 'login' } }, { at, name: 'refused' as const, detail: { code } }]
      await attempts.saveFailedStart({ tenantId: tenant.id, connectionId: null, reference, door: 'login', loginHint, outcome: 'refused', code, steps, at })
    },
    openSession: open,
    issueToken: issue,
    checkAccess: checkAccess({ openSession: open, openBearer: bearer, issueToken: issue }),
    passAtOnce: passAtOnce({ sessions: live, tokenAtHand: issue.atHand, now }),
    changes,
    every,
    signIns: { find: live.find, reload: stored.findBySignIn },
    endSignIn: endSignIn({ signOuts: stores.signOuts, sessions: live, connections, idp, publicUrl, now }),
    setup: { ...setup, setupLinks, health, domains, preflightConnection: preflightNewest({ shadow: ofShadow, connection: preflight }), afterChange: doorsByDomain.forget },
    operatorPages: { operatorSession: operators, troubles: stores.troubles, restoreMember: restoreMember({ memberIdentities: stores.memberIdentities, changeMember: change }) },
    operatorApi: {
      ...stores,
      preflightConnection: preflight,
      preflightShadow: ofShadow,
      importMembers: importMembers({ imports: stores.imports, events, now, random }),
      changeMember: change,
      endMemberSessions: endMemberSessions({ together, now }),
      inviteMember: inviteMember({ invitations, events, mailInvitation: mailroom.sendInvitation, publicUrl, now, random }),
      findSignIn: findSignIn({ sessions: stored, now }),
      endedKeepSeconds: ENDED_KEEP_SECONDS,
      rotateKeys: rotate,
      policy,
      publicUrl,
      plainLocalhost,
      developmentOrigins: config.developmentIssuers,
      findOperator: findKnownOperator,
      lookUpTxt,
      findLoginPolicy: findLoginPolicy({ findDoor: knownDoor }),
      afterChange: doorsByDomain.forget,
      forgetProvider,
      learnOrganization: learn,
      resolveConflict: resolveConflict({ identityConflicts: stores.identityConflicts, now }),
      moveConnection: moveConnection({ connections, together, forgetProvider, events, now }),
      handOutSetupLink: handOutSetupLink({ createSetupLink: setup.createSetupLink, mailSetupLink: mailroom.sendSetupLink, together, publicUrl, now }),
      explain: (code, issuer) => explain(code, { vendorName: config.brand.name, issuer }),
      now,
      random
    }
  })

  const drain = prepareDrain(server, every)
  const readiness = createReadiness({ db: edges.db, ring, changes, now })
  const unready = async () => drain.isUnderWay() ? ['the gateway is shutting down'] : await readiness.unready()
  const management = buildManagement({
    unready,
    metrics: createExposition(async () => buildFamilies(signals, { ready: (await unready()).length === 0, sessions: live.size(), caches: { sessions: live.stats(), doors: doorsByDomain.stats() }, idp: idp.stats() }))
  })

  const tend = async () => { await rotate('when-due', GATEHOUSE) }
  const recheck = recheckConnections({ health, preflightConnection: preflight, now })
  const due = goLiveDue({ rollOuts, together, now })
  const sweepAll = sweep({ ...config, expired: stores.expired, now })
  const lookAgain = recheckDomains({ domains, lookUpTxt, events, now })
  const tell = tellAdmins({ notices: stores.notices, mail: mailroom, events, publicUrl, now })
  return {
    server,
    management,
    tend,
    recheck,
    goLiveDue: due,
    recheckDomains: lookAgain,
    tellAdmins: tell,
    chores: { 'the signing keys': tend, 'what is to go live by now': due, 'the connections': recheck, 'the domains': async () => await lookAgain(DOMAINS_A_MINUTE), 'what has expired': sweepHourly(sweepAll, now), 'what admins are told': tell },
    sweep: sweepAll,
    changes,
    checkStart: readiness.checkStart,
    drain: drain.begin,
    async close () {
      await drain.finish()
      await management.close()
      await edges.close()
    }
  }
}

function keepDoing (milliseconds: number, work: () => void): () => void {
  const timer = setInterval(work, milliseconds)
  timer.unref()
  return () => { clearInterval(timer) }
}

// What do all pages of the setup need to know? Whose setup goes on in this browser, that a form is from our own page, and how far it is.
import type { Signer } from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { EnterSetup, Setup } from '../flows/enter-setup.ts'
import type { KeptPreflight } from '../okta/preflight.ts'
import { hashOf } from '../oidc/hash.ts'
import type { Secret } from '../secret.ts'
import type { TenantDomain } from '../tenant/domain.ts'
import type { ConnectionId, TenantId } from '../tenant/id.ts'
import { checkDeed, isLocked, SETUP_SESSION_SECONDS, type SetupDeed } from '../tenant/setup-link.ts'
import { setupProgress, type SetupProgress } from '../tenant/setup-progress.ts'
import { sendPage } from './answer-error.ts'
import type { CookieScheme } from './attempt-cookies.ts'
import { findCookie } from './cookie-header.ts'
import { buildFormToken, checkCsrfProof } from './guards/csrf-proof.ts'
import type { Look } from './pages/layout.ts'
import type { Frame } from './pages/setup/frame.ts'

export interface SetupDeskNeeds {
  readonly enterSetup: EnterSetup
  readonly health: { find (tenantId: TenantId, id: ConnectionId): Promise<{ readonly preflight: KeptPreflight | null, readonly shadowPreflight: KeptPreflight | null } | null> }
  readonly domains: { list (tenantId: TenantId): Promise<readonly TenantDomain[]> }
  readonly look: Look
  readonly scheme: CookieScheme
  readonly signer: Signer
  /** Where the form of the test leads in the end. */
  readonly formTargets: readonly string[]
}

/** A setup with everything that a page shows of it. */
export interface OpenSetup extends Setup {
  readonly progress: SetupProgress
  /** Of the settings that wait, where some do. */
  readonly preflight: KeptPreflight | null
  readonly domains: readonly TenantDomain[]
  readonly frame: Frame
}

export type SetupDesk = ReturnType<typeof createSetupDesk>

// What we make has 43 characters; nothing else is looked for.
const secretForm = /^[A-Za-z0-9_-]{43}$/

export function createSetupDesk ({ enterSetup, health, domains, look, scheme, signer, formTargets }: SetupDeskNeeds) {
  const name = `${scheme.sessionName}-setup`

  const idHashOf = (request: FastifyRequest): string | null => {
    const value = findCookie(request.headers.cookie, name)
    return value !== undefined && secretForm.test(value) ? hashOf(value) : null
  }

  const enter = async (request: FastifyRequest, deed: SetupDeed): Promise<Setup> => {
    const setup = await enterSetup(idHashOf(request), request.ip)
    request.outcome.tenant = setup.tenant.slug
    checkDeed(setup.link, setup.connection, deed)
    return setup
  }

  const show = async (setup: Setup): Promise<OpenSetup> => {
    const { tenant, link, session, connection } = setup
    const owned = await domains.list(tenant.id)
    const checked = connection === null ? null : await health.find(tenant.id, connection.id)
    const preflight = (connection !== null && connection.shadow !== null ? checked?.shadowPreflight : checked?.preflight) ?? null
    const progress = setupProgress({
      connection,
      preflightPassed: preflight?.passed === true,
      tested: connection !== null && connection.testedAt !== null,
      provenDomains: owned.filter(({ verifiedAt }) => verifiedAt !== null).length
    }, link.part)
    const frame: Frame = {
      ...look,
      company: tenant.name,
      domainsOnly: link.part === 'domains',
      done: progress.done,
      until: session.expiresAt,
      formToken: buildFormToken(signer, session.idHash),
      // A link for the domains was made for just that.
      locked: link.part === 'all' && isLocked(link, connection),
      waits: connection !== null && connection.shadow !== null
    }
    return { ...setup, progress, preflight, domains: owned, frame }
  }

  return {
    look,
    idHashOf,
    show,

    /** The setup of this browser, to be looked at. @throws TenantRefusal */
    async see (request: FastifyRequest, deed: SetupDeed = 'look'): Promise<OpenSetup> {
      return await show(await enter(request, deed))
    },

    /** For a request that changes something: it must be from a page of this very setup. @throws RequestRefusal, TenantRefusal */
    async change (request: FastifyRequest, deed: SetupDeed): Promise<Setup> {
      checkCsrfProof(request, signer, idHashOf(request))
      return await enter(request, deed)
    },

    /** Gives the browser its setup. */
    give (reply: FastifyReply, sessionId: Secret): void {
      reply.setCookie(name, sessionId.reveal(), { path: '/', httpOnly: true, sameSite: 'lax', secure: scheme.secure, maxAge: SETUP_SESSION_SECONDS })
    },

    /** @param options.leaves whether a form of the page leads to the customer's Okta. */
    async send (reply: FastifyReply, page: string, { leaves = false } = {}): Promise<FastifyReply> {
      return await sendPage(reply, page, leaves ? formTargets : [], { script: true })
    }
  }
}

export function couldBeSetupToken (text: string): boolean {
  return secretForm.test(text)
}

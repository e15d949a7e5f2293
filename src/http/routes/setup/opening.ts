// `/auth/setup/:token`: the link. Looking at it changes nothing; its button opens it, once.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { OpenedSetup, SeenSetupLink } from '../../../flows/open-setup.ts'
import { hashOf } from '../../../oidc/hash.ts'
import { Secret } from '../../../secret.ts'
import { TenantRefusal } from '../../../tenant/refusal.ts'
import { SETUP_SESSION_SECONDS } from '../../../tenant/setup-link.ts'
import { sendPage } from '../../answer-error.ts'
import { refuseCrossSite } from '../../guards/same-site.ts'
import { openLinkPage } from '../../pages/setup/open-link.ts'
import { paths } from '../../paths.ts'
import { couldBeSetupToken, type SetupDesk } from '../../setup-desk.ts'
import { readText } from '../../visitor.ts'

export interface OpeningNeeds {
  readonly desk: SetupDesk
  readonly seeSetupLink: (token: Secret) => Promise<SeenSetupLink>
  readonly openSetup: (token: Secret, browser: Secret, address: string) => Promise<OpenedSetup>
  /** Whether the token is that of the link which the session was opened with. */
  readonly isOpenHere: (idHash: string, token: Secret) => Promise<boolean>
  readonly random: (bytes: number) => Uint8Array
}

export function openingRoutes (app: FastifyInstance, needs: OpeningNeeds): void {
  const { desk } = needs

  app.get(paths.setupLink, async (request, reply) => {
    const token = tokenOf(request)
    if (await opensHere(needs, desk.idHashOf(request), token)) return await reply.redirect(paths.setup, 303)
    const { link, tenant } = await needs.seeSetupLink(token)
    request.outcome.tenant = tenant.slug
    return await sendPage(reply, openLinkPage({
      ...desk.look,
      company: tenant.name,
      domainsOnly: link.part === 'domains',
      email: link.email,
      until: link.expiresAt,
      days: SETUP_SESSION_SECONDS / 86_400,
      action: paths.setupLink.replace(':token', token.reveal()),
      browser: Buffer.from(needs.random(32)).toString('base64url')
    }))
  })

  app.post(paths.setupLink, { onRequest: refuseCrossSite }, async (request, reply) => {
    const token = tokenOf(request)
    const browser = readText(request.body, 'browser', 43)
    if (browser === null || !couldBeSetupToken(browser)) throw new TenantRefusal('setup-link-unknown')
    return await open(needs, request, reply, token, new Secret(browser))
  })
}

// A second click sends the form again, and browsers drop the first answer: whoever brings the word of the first has opened it.
async function open (needs: OpeningNeeds, request: FastifyRequest, reply: FastifyReply, token: Secret, browser: Secret): Promise<FastifyReply> {
  if (!await opensHere(needs, hashOf(browser.reveal()), token)) {
    const { tenant } = await needs.openSetup(token, browser, request.ip)
    request.outcome.tenant = tenant.slug
  }
  needs.desk.give(reply, browser)
  return await reply.header('cache-control', 'no-store').redirect(paths.setup, 303)
}

async function opensHere ({ isOpenHere }: OpeningNeeds, idHash: string | null, token: Secret): Promise<boolean> {
  return idHash !== null && await isOpenHere(idHash, token)
}

function tokenOf (request: FastifyRequest): Secret {
  const { token } = request.params as { token: string }
  if (!couldBeSetupToken(token)) throw new TenantRefusal('setup-link-unknown')
  return new Secret(token)
}

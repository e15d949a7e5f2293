// An invitation: opened as often as one likes, accepted by one login.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { hashOf } from '../../oidc/hash.ts'
import type { Connection } from '../../tenant/connection.ts'
import { checkInvitation, couldBeInvitation, type Invitation } from '../../tenant/invitation.ts'
import { checkNotSuspended, type Member } from '../../tenant/member.ts'
import { TenantRefusal } from '../../tenant/refusal.ts'
import { chooseConnection } from '../../tenant/roll-out.ts'
import { checkEntitled, type Tenant } from '../../tenant/tenant.ts'
import { sendPage } from '../answer-error.ts'
import { refuseCrossSite } from '../guards/same-site.ts'
import type { LoginDesk } from '../login-desk.ts'
import { invitationPage } from '../pages/invitation.ts'
import { paths } from '../paths.ts'

export interface InvitationRoutesNeeds {
  readonly desk: LoginDesk
  readonly invitations: {
    findByToken (tokenHash: string): Promise<{ invitation: Invitation, member: Member, tenant: Tenant, connections: readonly Connection[] } | null>
  }
  readonly now: () => Date
}

export function invitationRoutes (app: FastifyInstance, { desk, invitations, now }: InvitationRoutesNeeds): void {
  const open = async (request: FastifyRequest) => {
    const { token } = request.params as { token: string }
    const found = couldBeInvitation(token) ? await invitations.findByToken(hashOf(token)) : null
    if (found === null) throw new TenantRefusal('invitation-unknown')
    const { tenant, member, invitation } = found
    request.outcome.tenant = tenant.slug
    checkEntitled(tenant)
    checkInvitation(invitation, now())
    checkNotSuspended(member)
    // Through which Okta the invited member will sign in later, too.
    const connection = chooseConnection(found.connections, member.email)
    if (connection === null) throw new TenantRefusal('connection-not-live')
    return { token, tenant, member, invitation, connection }
  }

  // A mail scanner opens every link that it sees: opening one is reading.
  app.get(paths.invitation, async (request, reply) => {
    const { token, tenant, member, invitation, connection } = await open(request)
    const page = invitationPage({
      ...desk.look,
      action: paths.invitation.replace(':token', token),
      company: tenant.name,
      email: member.email,
      expiresAt: invitation.expiresAt,
      oktaHost: new URL(connection.issuer).host,
      signInUrl: `${paths.login}?tenant=${encodeURIComponent(tenant.slug)}`
    })
    return await sendPage(reply, page, desk.formTargets)
  })

  app.post(paths.invitation, { onRequest: refuseCrossSite }, async (request, reply) => {
    const { tenant, connection, invitation } = await open(request)
    // No hint: the invited address may be unknown to Okta, and a form filled in wrongly is worse than an empty one.
    return await desk.send(request, reply, {
      tenant, connection, door: 'invitation', loginHint: null, returnTo: null, app: null, hop: null, purpose: { kind: 'invitation', invitationId: invitation.id }
    })
  })
}

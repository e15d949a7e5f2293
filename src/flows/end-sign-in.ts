// How does a sign-in end? Everywhere here at once; at Okta only by the person's own browser, and only if the connection says so.
import { buildEndSession } from '../oidc/end-session.ts'
import type { Issuer, ProviderMetadata } from '../oidc/discovery.ts'
import type { Connection } from '../tenant/connection.ts'
import type { ConnectionId, TenantId } from '../tenant/id.ts'
import type { EndedSignIn } from '../tenant/sign-in.ts'
import type { Secret } from '../secret.ts'
import { isExpected } from './login-failure.ts'

export interface EndSignInNeeds {
  /** Each writes its own audit event, together with what it ends. */
  readonly signOuts: {
    save (idHash: string, now: Date, address: string | null): Promise<EndedSignIn | null>
    saveEverywhere (idHash: string, now: Date, address: string | null): Promise<EndedSignIn | null>
  }
  readonly sessions: { forget (idHash: string): void }
  readonly connections: { find (tenantId: TenantId, id: string): Promise<Connection | null> }
  readonly idp: { metadata (provider: { connectionId: ConnectionId, issuer: Issuer, clientId: string }): Promise<ProviderMetadata> }
  readonly publicUrl: string
  readonly now: () => Date
}

/** The form with which the browser may end its session at Okta too. */
export interface OktaSignOut {
  readonly url: string
  readonly fields: Readonly<Record<string, Secret | string>>
}

/** The one address after a sign-out at the provider; it has to be registered there. */
export function postLogoutRedirectUriOf (publicUrl: string): string {
  return `${publicUrl}/auth/logout/done`
}

/** How far a sign-out reaches: this browser, on all its hosts, or every browser of the member. */
export type Reach = 'this-browser' | 'everywhere'

export function endSignIn (needs: EndSignInNeeds) {
  return async function (idHash: string, reach: Reach, address: string | null): Promise<{ ended: EndedSignIn | null, okta: OktaSignOut | null }> {
    const ended = await needs.signOuts[reach === 'everywhere' ? 'saveEverywhere' : 'save'](idHash, needs.now(), address)
    // The others of a member are forgotten when the database tells of them.
    needs.sessions.forget(idHash)
    return { ended, okta: ended === null ? null : await oktaSignOut(needs, ended) }
  }
}

// The sign-in here is over by now. A provider that is away must not make that look undone, so it only costs the offer.
async function oktaSignOut (needs: EndSignInNeeds, { tenantId, connectionId, idToken }: EndedSignIn): Promise<OktaSignOut | null> {
  if (idToken === null) return null
  const connection = await needs.connections.find(tenantId, connectionId)
  if (connection === null || !connection.endsOktaSession) return null
  try {
    const { endSessionEndpoint } = await needs.idp.metadata({ connectionId, issuer: connection.issuer, clientId: connection.clientId })
    if (endSessionEndpoint === undefined) return null
    return buildEndSession({ endSessionEndpoint, idToken, postLogoutRedirectUri: postLogoutRedirectUriOf(needs.publicUrl) })
  } catch (error) {
    if (isExpected(error)) return null
    throw error
  }
}

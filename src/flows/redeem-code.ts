// What did the code buy? Asked once; a second time only when the provider did not take us for who we are, and another secret waits.
import type { Answer, OutgoingRequest } from '../oidc/answer.ts'
import type { CheckedCallback } from '../oidc/authorization-response.ts'
import type { ClientCredentials } from '../oidc/client-authentication.ts'
import type { ProviderMetadata } from '../oidc/discovery.ts'
import { OidcRefusal } from '../oidc/refusal.ts'
import { buildTokenRequest } from '../oidc/token-request.ts'
import { parseTokenResponse, type TokenResponse } from '../oidc/token-response.ts'
import { Outage } from '../outage.ts'
import type { ConnectionWithProofs } from '../tenant/connection.ts'
import type { ConnectionId, TenantId } from '../tenant/id.ts'
import type { LoginStory } from './login-story.ts'
import { proveClient, type ProveClientNeeds } from './prove-client.ts'

export interface RedeemCodeNeeds extends ProveClientNeeds {
  readonly idp: { redeem (request: OutgoingRequest): Promise<Answer> }
  readonly connections: {
    /** The second secret becomes the first, if it still is the second. */
    promoteSecret (tenantId: TenantId, id: ConnectionId, now: Date): Promise<boolean>
  }
}

export function redeemCode (needs: RedeemCodeNeeds) {
  return async function (checked: CheckedCallback, connection: ConnectionWithProofs, metadata: ProviderMetadata, story: LoginStory): Promise<TokenResponse> {
    const [first, next] = await proveClient(needs, connection, connection.proofs, metadata.tokenEndpoint)
    const send = async (credentials: ClientCredentials) => await story.waitFor('code-redeemed', async () => await needs.idp.redeem(buildTokenRequest(checked, { metadata, credentials })), ({ status }) => ({ status }))
    try {
      return parseTokenResponse(await send(first), needs.now())
    } catch (error) {
      // RFC 6749 §5.2: `invalid_client` is said before the code is looked at, so it has not been used.
      if (next === undefined || !(error instanceof OidcRefusal) || error.code !== 'token-refused' || error.provider?.error !== 'invalid_client') throw error
      const tokens = parseTokenResponse(await send(next), needs.now())
      story.note('secret-promoted')
      // The next login promotes it where this one could not; the person need not know.
      await needs.connections.promoteSecret(connection.tenantId, connection.id, needs.now()).catch((failure: unknown) => {
        if (!(failure instanceof Outage)) throw failure
      })
      return tokens
    }
  }
}

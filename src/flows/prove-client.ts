// With what does the gateway show a provider who it is: the connection's secret, or a fresh assertion signed with the connection's key?
import { signClientAssertion } from '../oidc/client-assertion.ts'
import type { ClientCredentials } from '../oidc/client-authentication.ts'
import { Secret } from '../secret.ts'
import type { Connection, Proofs } from '../tenant/connection.ts'

export interface ProveClientNeeds {
  readonly now: () => Date
  readonly random: (bytes: number) => Uint8Array
}

/** @returns the credentials to try, in order; the second are there only while a secret is being replaced. */
export async function proveClient ({ now, random }: ProveClientNeeds, connection: Pick<Connection, 'clientId' | 'clientAuthentication'>, proofs: Proofs, audience: string): Promise<readonly [ClientCredentials, ...ClientCredentials[]]> {
  const { clientId, clientAuthentication: method } = connection
  if (method === 'private_key_jwt') {
    // Every connection has had a key since it was made; one without is our fault and no provider's.
    if (proofs.clientKey === null) throw new Error('A connection with private_key_jwt has no client key.')
    const id = Buffer.from(random(20)).toString('base64url')
    return [{ method, clientId, clientAssertion: await signClientAssertion({ clientId, audience, key: proofs.clientKey, now: now(), id }) }]
  }
  const proven = (clientSecret: Secret): ClientCredentials => ({ method, clientId, clientSecret })
  return [proven(proofs.clientSecret ?? new Secret('')), ...(proofs.nextClientSecret === null ? [] : [proven(proofs.nextClientSecret)])]
}

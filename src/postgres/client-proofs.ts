// What does a connection prove itself by? Sealed in its row and its key's, and opened only where a code is redeemed.
import { importJWK, type JWK } from 'jose'
import { LRUCache } from 'lru-cache'
import type { ClientKey } from '../oidc/client-assertion.ts'
import type { Proofs } from '../tenant/connection.ts'
import { Secret } from '../secret.ts'
import type { NewKey } from './signing-keys.ts'
import type { Seal } from './sealed.ts'

export const secretRow = (id: string) => `connections/${id}/client_secret`
export const nextSecretRow = (id: string) => `connections/${id}/next_client_secret`
const keyRow = (id: string, kid: string) => `client_keys/${id}/${kid}`

export interface SealedProofs {
  readonly clientSecretSealed: string | null
  readonly nextClientSecretSealed: string | null
  readonly clientKey: { readonly kid: string, readonly privateJwkSealed: string } | null
}

export type OpenProofs = (connectionId: string, sealed: SealedProofs) => Promise<Proofs>

const KEYS_KEPT = 1_000

/** @param seal one that remembers: every login opens the same few. */
export function openProofs (seal: Seal): OpenProofs {
  // Importing costs more than opening; the sealed text says which key it is.
  const imported = new LRUCache<string, ClientKey>({ max: KEYS_KEPT })

  const openKey = async (connectionId: string, { kid, privateJwkSealed }: NonNullable<SealedProofs['clientKey']>): Promise<ClientKey> => {
    const known = imported.get(privateJwkSealed)
    if (known !== undefined) return known
    const jwk: JWK = JSON.parse((await seal.open(privateJwkSealed, keyRow(connectionId, kid))).reveal())
    const privateKey = await importJWK(jwk, 'ES256')
    if (!(privateKey instanceof CryptoKey)) throw new Error(`The client key ${kid} is not a key pair.`)
    const key = { kid, privateKey }
    imported.set(privateJwkSealed, key)
    return key
  }

  return async (connectionId, { clientSecretSealed, nextClientSecretSealed, clientKey }) => ({
    clientSecret: clientSecretSealed === null ? null : await seal.open(clientSecretSealed, secretRow(connectionId)),
    nextClientSecret: nextClientSecretSealed === null ? null : await seal.open(nextClientSecretSealed, nextSecretRow(connectionId)),
    clientKey: clientKey === null ? null : await openKey(connectionId, clientKey)
  })
}

/** The private half as it is kept: bound to its connection, so that it opens in no other's row. */
export async function sealKey (seal: Seal, connectionId: string, { kid, privateJwk }: NewKey): Promise<string> {
  return await seal.seal(new Secret(JSON.stringify(privateJwk)), keyRow(connectionId, kid))
}

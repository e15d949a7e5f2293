// Which keys sign our tokens? Made once for all replicas, sealed, under a lock.
import { exportJWK, generateKeyPair, type JWK, importJWK } from 'jose'
import { sql, type Selectable } from 'kysely'
import { Secret } from '../secret.ts'
import type { SigningKey } from '../token/key-ring.ts'
import type { Rotation } from '../token/rotation.ts'
import { createSigner, type Signer } from '../token/signing.ts'
import type { Database } from './connect.ts'
import type { SigningKeysTable } from './schema.ts'
import type { Seal } from './sealed.ts'
import { inTransaction } from './together.ts'

/** The keys as they are, and the means to sign with the one that should. */
export interface KeyRing {
  readonly keys: readonly SigningKey[]
  /** @throws SealBroken when the private half cannot be opened. */
  signer (kid: string): Promise<Signer>
}

export interface NewKey {
  readonly kid: string
  readonly publicJwk: JWK
  readonly privateJwk: JWK
}

export interface SigningKeys {
  find (): Promise<KeyRing>
  /**
   * Looks at the keys and does what is decided, one replica at a time.
   * @param decide pure; sees the keys as they are under the lock.
   * @param generate called only when a key is to be made.
   */
  rotate (decide: (keys: readonly SigningKey[]) => Rotation, generate: () => Promise<NewKey>, now: Date): Promise<Rotation>
}

/** A new key pair, extractable because it will be kept sealed. */
export async function generateKey (kid: string): Promise<NewKey> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  return { kid, publicJwk: await exportJWK(publicKey), privateJwk: await exportJWK(privateKey) }
}

const keyRow = (kid: string) => `signing_keys/${kid}/private_jwk`
// Any number will do that nobody else takes in this database.
const LOCK = 7_426_301

export function createSigningKeys (db: Database, seal: Seal): SigningKeys {
  const read = async (from: Database) => await from.selectFrom('signingKeys').selectAll().orderBy('createdAt').execute()

  return {
    async find () {
      const rows = await read(db)
      const signers = new Map<string, Promise<Signer>>()
      return {
        keys: rows.map(toKey),
        async signer (kid) {
          const row = rows.find(candidate => candidate.kid === kid)
          if (row === undefined) throw new Error(`There is no signing key ${kid}.`)
          const known = signers.get(kid) ?? openSigner(row, seal)
          signers.set(kid, known)
          return await known
        }
      }
    },

    async rotate (decide, generate, now) {
      return await inTransaction(db, async transaction => {
        await sql`select pg_advisory_xact_lock(${LOCK})`.execute(transaction)
        const rotation = decide((await read(transaction)).map(toKey))
        if (rotation.action === 'none') return rotation
        if (rotation.retire.length > 0) {
          await transaction.updateTable('signingKeys').set({ retiredAt: rotation.publishedAt }).where('kid', 'in', [...rotation.retire]).execute()
        }
        if (rotation.close !== null) {
          await transaction.updateTable('signingKeys').set({ signsUntilAt: rotation.close.at }).where('kid', '=', rotation.close.kid).execute()
        }
        const { kid, publicJwk, privateJwk } = await generate()
        await transaction.insertInto('signingKeys').values({
          kid,
          publicJwk: JSON.stringify(publicJwk),
          privateJwkSealed: await seal.seal(new Secret(JSON.stringify(privateJwk)), keyRow(kid)),
          createdAt: now,
          publishedAt: rotation.publishedAt,
          signsFromAt: rotation.signsFromAt,
          signsUntilAt: null,
          retiredAt: null
        }).execute()
        return rotation
      })
    }
  }
}

function toKey ({ privateJwkSealed: _, publicJwk, ...row }: Selectable<SigningKeysTable>): SigningKey {
  return { ...row, publicJwk }
}

async function openSigner (row: Selectable<SigningKeysTable>, seal: Seal): Promise<Signer> {
  const jwk: JWK = JSON.parse((await seal.open(row.privateJwkSealed, keyRow(row.kid))).reveal())
  const key = await importJWK(jwk, 'ES256')
  if (!(key instanceof CryptoKey)) throw new Error(`The signing key ${row.kid} is not a key pair.`)
  return createSigner(row.kid, key)
}

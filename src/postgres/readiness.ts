// Can this replica serve? Asked once at the start, and again and again by whoever sends it visitors.
import { signingKey } from '../token/key-ring.ts'
import type { Changes } from './changes.ts'
import type { Database } from './connect.ts'
import { SchemaOlder, schemaState } from './migrate.ts'
import { SealBroken } from './sealed.ts'
import type { KeyRing } from './signing-keys.ts'

export interface ReadinessNeeds {
  readonly db: Database
  readonly ring: () => KeyRing | Promise<KeyRing>
  readonly changes: Pick<Changes, 'isTrusted'>
  readonly now: () => Date
}

export interface Readiness {
  /** What stands in the way; empty when nothing does. */
  unready (): Promise<readonly string[]>
  /** @throws SchemaOlder, SealBroken or Outage: what makes it senseless to start. */
  checkStart (): Promise<{ readonly schema: 'current' | 'newer' }>
}

export function createReadiness ({ db, ring, changes, now }: ReadinessNeeds): Readiness {
  // Another replica may have made a key that this one cannot open: it would serve on until somebody needs a token.
  const findKeyTrouble = async (): Promise<string | null> => {
    const found = await ring()
    const key = signingKey(found.keys, now())
    if (key === null) return 'there is no signing key yet'
    try {
      await found.signer(key.kid)
      return null
    } catch (error) {
      if (error instanceof SealBroken) return `the signing key ${key.kid} cannot be opened; is the key that sealed it in ENCRYPTION_KEYS?`
      throw error
    }
  }

  return {
    async unready () {
      const reasons: string[] = []
      try {
        if (await schemaState(db) === 'older') reasons.push('the database schema is older than this version; run the migrations')
        else reasons.push(...[await findKeyTrouble()].filter(trouble => trouble !== null))
      } catch {
        reasons.push('the database does not answer')
      }
      if (!changes.isTrusted()) reasons.push('changes in the database are not heard')
      return reasons
    },

    async checkStart () {
      const schema = await schemaState(db)
      if (schema === 'older') throw new SchemaOlder()
      const { keys, signer } = await ring()
      // Keys that do not open are found now and not at somebody's login.
      for (const { kid, retiredAt } of keys) if (retiredAt === null) await signer(kid)
      return { schema }
    }
  }
}

// Can this replica serve? Asked once at the start, and again and again by whoever sends it visitors.
import type { Changes } from './changes.ts'
import type { Database } from './connect.ts'
import { SchemaOlder, schemaState } from './migrate.ts'
import type { KeyRing } from './signing-keys.ts'

export interface ReadinessNeeds {
  readonly db: Database
  readonly ring: () => KeyRing | Promise<KeyRing>
  readonly changes: Changes
}

export interface Readiness {
  /** What stands in the way; empty when nothing does. */
  unready (): Promise<readonly string[]>
  /** @throws SchemaOlder, SealBroken or Outage: what makes it senseless to start. */
  checkStart (): Promise<{ readonly schema: 'current' | 'newer' }>
}

export function createReadiness ({ db, ring, changes }: ReadinessNeeds): Readiness {
  return {
    async unready () {
      const reasons: string[] = []
      try {
        if (await schemaState(db) === 'older') reasons.push('the database schema is older than this version; run the migrations')
        if ((await ring()).keys.length === 0) reasons.push('there is no signing key yet')
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

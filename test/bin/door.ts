// What does a command say and do when it is started as an operator starts it? A process with an environment, and nothing of ours inside.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { request } from 'undici'
import { findFreePort } from '../world/gateway.ts'
import { productionNode } from '../world/production-node.ts'

export type Variables = Readonly<Record<string, string>>

export interface Ended { readonly code: number | null, readonly out: string, readonly err: string }

export interface Door {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** Standard error so far. */
  said (): string
}

interface WithTeardown { teardown (done: () => Promise<void>): unknown }

/** A command somewhere else, as somebody else. */
export interface Elsewhere { readonly node: string, readonly command: readonly string[], readonly cwd: string, readonly account: { readonly uid: number, readonly gid: number } | undefined }

const inPlace = (script: string): Elsewhere => ({ node: process.execPath, command: [...productionNode, `src/bin/${script}.ts`], cwd: fileURLToPath(new URL('../../', import.meta.url)), account: undefined })

/** Starts a command of src/bin by its name, or one from elsewhere. It ends with the test. */
export function openDoor (t: WithTeardown, what: string | Elsewhere, environment: Variables): Door {
  const { node, command, cwd, account } = typeof what === 'string' ? inPlace(what) : what
  // The test runner follows every process of its tests, and wants each to write where only its own user may.
  const child = spawn('env', ['-u', 'NODE_OPTIONS', node, ...command], { cwd, ...account, stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...environment } })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => { out += text })
  child.stderr.setEncoding('utf8').on('data', (text: string) => { err += text })
  const ended = new Promise<Ended>(resolve => { child.once('close', code => { resolve({ code, out, err }) }) })
  t.teardown(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return { child, ended, said: () => err }
}

/** What production needs, with secrets of its own. */
export function completeEnvironment (databaseUrl: string): Record<string, string> {
  return {
    PUBLIC_URL: 'https://login.northwind.test',
    DATABASE_URL: databaseUrl,
    ENCRYPTION_KEYS: `one:${randomBytes(32).toString('base64')}`,
    COOKIE_SECRETS: randomBytes(32).toString('hex'),
    HOST: '127.0.0.1',
    LOG_LEVEL: 'warn'
  }
}

export interface Served extends Door {
  readonly url: string
  readonly management: string
}

/** The gateway, ready. */
export async function serve (t: WithTeardown, environment: Variables): Promise<Served> {
  const [port, managementPort] = [await findFreePort(), await findFreePort()]
  const door = openDoor(t, 'serve', { ...environment, PORT: String(port), MANAGEMENT_PORT: String(managementPort) })
  const management = `http://127.0.0.1:${managementPort}`
  await untilTrue('the gateway is ready', async () => {
    if (door.child.exitCode !== null) throw new Error(`The gateway ended: ${door.said()}`)
    return await statusOf(`${management}/readyz`) === 200
  })
  return { ...door, url: `http://127.0.0.1:${port}`, management }
}

/** 0 when nothing answers. */
export async function statusOf (url: string): Promise<number> {
  try {
    const answer = await request(url, { reset: true })
    await answer.body.dump()
    return answer.statusCode
  } catch {
    return 0
  }
}

const PATIENCE_MS = 20_000

/** Looks again and again, and gives up loudly. */
export async function untilTrue (what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (!await holds()) {
    if (performance.now() > deadline) throw new Error(`It never came true that ${what}.`)
    await wait(5)
  }
}

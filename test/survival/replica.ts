// One gateway of several: the production process with its environment, which can be killed and started again.
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { request } from 'undici'
import { findFreePort } from '../world/gateway.ts'
import { productionNode } from '../world/production-node.ts'
import { until } from './until.ts'

export interface Replica {
  /** Its own address, past the proxy. */
  readonly url: string
  readonly port: number
  /** Resolves when it says that it is ready. */
  start (): Promise<void>
  /** What `/readyz` answers; 0 when nothing does. */
  readiness (): Promise<number>
  /** SIGTERM, as from whoever rolls out a release. Resolves with the exit code when the process is gone. */
  stop (): Promise<number | null>
  /** `kill -9`. Resolves when the process is gone. */
  kill (): Promise<void>
}

export type CommandLine = (script: string, nodeOptions: readonly string[]) => { readonly command: string, readonly args: readonly string[] }

const serve = fileURLToPath(new URL('../../src/bin/serve.ts', import.meta.url))
const leash = new URL('leash.ts', import.meta.url).href
const plain: CommandLine = (script, nodeOptions) => ({ command: process.execPath, args: [...nodeOptions, script] })

export async function createReplica (environment: Readonly<Record<string, string>>, commandLine: CommandLine = plain): Promise<Replica> {
  const [port, managementPort] = [await findFreePort(), await findFreePort()]
  let child: ChildProcess | null = null
  let said = ''
  const readiness = async () => await statusOf(`http://127.0.0.1:${managementPort}/readyz`)
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    readiness,
    async start () {
      const { command, args } = commandLine(serve, [...productionNode, '--import', leash])
      const started = spawn(command, args, {
        // Its log is written as in production, and thrown away.
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        env: { PATH: process.env['PATH'], NODE_ENV: 'production', HOST: '127.0.0.1', PORT: String(port), MANAGEMENT_PORT: String(managementPort), ...environment }
      })
      child = started
      said = ''
      started.stderr?.setEncoding('utf8').on('data', (text: string) => { said += text })
      await until('a replica is ready', async () => {
        if (started.exitCode !== null || started.signalCode !== null) throw new Error(`A replica ended before it was ready: ${said}`)
        return await readiness() === 200
      })
    },
    async stop () {
      const stopped = child
      if (stopped === null || stopped.exitCode !== null || stopped.signalCode !== null) throw new Error('The replica does not run.')
      const gone = new Promise<number | null>(resolve => { stopped.once('exit', resolve) })
      stopped.kill('SIGTERM')
      return await gone
    },
    async kill () {
      if (child === null || child.exitCode !== null || child.signalCode !== null) return
      const gone = new Promise(resolve => { child?.once('exit', resolve) })
      child.kill('SIGKILL')
      await gone
    }
  }
}

async function statusOf (url: string): Promise<number> {
  try {
    const answer = await request(url, { headersTimeout: 8_000, reset: true })
    await answer.body.dump()
    return answer.statusCode
  } catch {
    return 0
  }
}

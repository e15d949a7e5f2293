// How does the bench start a process, ask it, and keep the others off its core?
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Usage } from './answer-parent.ts'

export interface MeasuredProcess {
  readonly pid: number
  /** Sends a command and waits for its answer. One at a time. */
  ask (name: string, given?: unknown): Promise<unknown>
  usage (): Promise<Usage>
  stop (): Promise<void>
}

export interface Cores {
  /** For whoever is measured. */
  readonly measured: number
  /** For the load, the database and the provider. */
  readonly others: string
}

const PATIENCE_MS = 60_000

/** One core for whoever is measured, the rest for everybody else; null where processes cannot be pinned. Moves this process to the rest. */
export function shareCores (): Cores | null {
  try {
    const [, list = ''] = /^Cpus_allowed_list:\s*(.+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
    const [measured, ...rest] = list.split(',').flatMap(part => {
      const [from = 0, to = from] = part.split('-').map(Number)
      return Array.from({ length: to - from + 1 }, (_, index) => from + index)
    })
    if (measured === undefined || rest.length === 0) return null
    const others = rest.join(',')
    // What is started from now on stays there, unless it is started for another core.
    return spawnSync('taskset', ['-a', '-p', '-c', others, String(process.pid)]).status === 0 ? { measured, others } : null
  } catch {
    return null
  }
}

/** The command line that runs a script, on the measured core where there is one. */
export function commandLine (script: string, cores: Cores | null, nodeOptions: readonly string[] = []): { readonly command: string, readonly args: readonly string[] } {
  const node = [process.execPath, ...nodeOptions, script]
  return cores === null ? { command: process.execPath, args: node.slice(1) } : { command: 'taskset', args: ['-c', String(cores.measured), ...node] }
}

/** @param name of a script in this folder that ends with `answerParent`. */
export async function startProcess (name: string, cores: Cores | null, nodeOptions: readonly string[] = []): Promise<MeasuredProcess> {
  const { command, args } = commandLine(fileURLToPath(new URL(name, import.meta.url)), cores, nodeOptions)
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], env: { ...process.env, NODE_ENV: 'production' } })
  const ask = async (command: string, given?: unknown) => {
    child.send({ name: command, given })
    return await answerOf(child)
  }
  await answerOf(child)
  return {
    pid: child.pid ?? 0,
    ask,
    async usage () {
      const used = await ask('usage')
      if (!isUsage(used)) throw new Error(`${name} answered something else than its usage`)
      return used
    },
    async stop () {
      if (child.exitCode !== null) return
      const gone = new Promise(resolve => { child.once('exit', resolve) })
      child.disconnect()
      const timer = setTimeout(() => { child.kill('SIGKILL') }, 10_000)
      await gone
      clearTimeout(timer)
    }
  }
}

async function answerOf (child: ChildProcess): Promise<unknown> {
  return await new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      clearTimeout(timer)
      child.off('message', hear)
      child.off('exit', end)
      finish()
    }
    const hear = (message: unknown) => {
      const answer = typeof message === 'object' && message !== null ? message : {}
      settle(() => { 'error' in answer ? reject(new Error(String(answer.error))) : resolve(Reflect.get(answer, 'value')) })
    }
    const end = () => { settle(() => { reject(new Error('The process ended before it answered')) }) }
    const timer = setTimeout(() => { settle(() => { reject(new Error('The process does not answer')) }) }, PATIENCE_MS)
    child.on('message', hear)
    child.on('exit', end)
  })
}

function isUsage (value: unknown): value is Usage {
  return typeof value === 'object' && value !== null && ['cpuMs', 'statements', 'heapMb'].every(name => typeof Reflect.get(value, name) === 'number')
}

// How soon is a gateway ready, and how much memory does it take when nothing happens? The production process, on a migrated database.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as wait } from 'node:timers/promises'
import { request } from 'undici'
import { findFreePort } from '../world/gateway.ts'
import { productionNode } from '../world/production-node.ts'
import type { Finding } from './finding.ts'
import { commandLine } from './measured-process.ts'
import { inTurn, summarize } from './rounds.ts'
import type { Scene } from './scene.ts'

const PATIENCE_MS = 15_000
// What the start left behind goes in the first quiet second.
const REST_MS = 2_500
const scripts = { gateway: '../../src/bin/serve.ts', bare: './bare-process.ts' } as const

interface Start { readonly readyMs: number, readonly residentMb: number }

export async function measureStart (scene: Scene): Promise<Finding[]> {
  const cache = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'))
  const environment = {
    DATABASE_URL: scene.databaseUrl,
    PUBLIC_URL: 'https://login.northwind.test',
    ENCRYPTION_KEYS: scene.encryptionKeys,
    COOKIE_SECRETS: randomBytes(32).toString('hex'),
    SHUTDOWN_DELAY_SECONDS: '0',
    LOG_LEVEL: 'warn'
  }
  const side = (script: keyof typeof scripts, compileCache: string | null) => async () =>
    await start(scene, script, { ...environment, ...(compileCache === null ? {} : { NODE_COMPILE_CACHE: compileCache }) })
  try {
    // The round that does not count fills the cache, as the build of the image does.
    const rounds = await inTurn({ gatewayCold: side('gateway', null), gatewayWarm: side('gateway', cache), bareCold: side('bare', null), bareWarm: side('bare', cache) }, { rounds: 5, warmUp: 1, mostSeconds: 60 })
    const each = (value: (round: typeof rounds[number]) => number) => summarize(rounds.map(value))
    return [
      { what: 'start: ready, warm compile cache', unit: 'ms', ...each(({ gatewayWarm }) => gatewayWarm.readyMs), must: { atMost: 1000 } },
      { what: 'start: ready, no compile cache', unit: 'ms', ...each(({ gatewayCold }) => gatewayCold.readyMs), must: { atMost: 1000 } },
      { what: 'start: bare Fastify / gateway, warm compile cache', unit: '', ...each(({ gatewayWarm, bareWarm }) => bareWarm.readyMs / gatewayWarm.readyMs), must: { atLeast: 0.25 } },
      { what: 'start: bare Fastify / gateway, no compile cache', unit: '', ...each(({ gatewayCold, bareCold }) => bareCold.readyMs / gatewayCold.readyMs) },
      { what: 'memory: resident at rest, warm compile cache', unit: 'MB', ...each(({ gatewayWarm }) => gatewayWarm.residentMb), must: { atMost: 130 } },
      { what: 'memory: resident at rest, no compile cache', unit: 'MB', ...each(({ gatewayCold }) => gatewayCold.residentMb), must: { atMost: 150 } },
      { what: 'memory: bare Fastify at rest, warm compile cache', unit: 'MB', ...each(({ bareWarm }) => bareWarm.residentMb) }
    ]
  } finally {
    await rm(cache, { recursive: true, force: true })
  }
}

async function start (scene: Scene, script: keyof typeof scripts, environment: Record<string, string>): Promise<Start> {
  const [port, managementPort] = [await findFreePort(), await findFreePort()]
  // The bare server too.
  const { command, args } = commandLine(fileURLToPath(new URL(scripts[script], import.meta.url)), scene.cores, productionNode)
  const startedAt = performance.now()
  const child = spawn(command, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', HOST: '127.0.0.1', PORT: String(port), MANAGEMENT_PORT: String(managementPort), ...environment }
  })
  try {
    const ready = script === 'gateway' ? `http://127.0.0.1:${managementPort}/readyz` : `http://127.0.0.1:${port}/auth/check`
    await untilReady(child, ready, startedAt + PATIENCE_MS)
    const readyMs = performance.now() - startedAt
    for (let asked = 0; asked < 10; asked++) await statusOf(`http://127.0.0.1:${port}/auth/check`)
    await wait(REST_MS)
    return { readyMs, residentMb: await residentMb(child.pid ?? 0) }
  } finally {
    await end(child)
  }
}

async function untilReady (child: ChildProcess, url: string, deadline: number): Promise<void> {
  while (await statusOf(url) !== 200) {
    if (child.exitCode !== null || performance.now() > deadline) throw new Error(`${url} did not become ready`)
    await wait(5)
  }
}

async function statusOf (url: string): Promise<number> {
  try {
    const answer = await request(url, { headersTimeout: 2_000, reset: true })
    await answer.body.dump()
    return answer.statusCode
  } catch {
    return 0
  }
}

async function residentMb (pid: number): Promise<number> {
  const [, kilobytes = 'NaN'] = /^VmRSS:\s*(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')) ?? []
  return Number(kilobytes) / 1024
}

// By SIGTERM, for Node writes its compile cache at a polite end only.
async function end (child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise(resolve => { child.once('exit', resolve) })
  child.kill('SIGTERM')
  const timer = setTimeout(() => { child.kill('SIGKILL') }, 10_000)
  await gone
  clearTimeout(timer)
}

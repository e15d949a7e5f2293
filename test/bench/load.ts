// How are many requests sent, always the same number, and never for ever?
import autocannon from 'autocannon'
import type { MeasuredProcess } from './measured-process.ts'

export interface Shot {
  readonly url: string
  /** One header set a request, in turn. */
  readonly visitors: readonly Readonly<Record<string, string>>[]
  readonly amount: number
  readonly expectedStatus: number
}

export interface Volley {
  /** CPU of the measured process for one request. */
  readonly cpuMicroseconds: number
  readonly requestsPerSecond: number
  /** How much of its core the process used: below 1, the load was slower than the server. */
  readonly busy: number
}

// As a proxy keeps them. With few the load falls asleep between two answers, and each write pays for waking it, the shorter ones least.
const CONNECTIONS = 64
const MOST_SECONDS = 60

/** Sends the shot and sees what it cost the process. Throws when an answer is not the expected one. */
export async function fire (target: MeasuredProcess, shot: Shot): Promise<Volley> {
  const before = await target.usage()
  const seconds = await send(shot)
  const after = await target.usage()
  const cpuMs = after.cpuMs - before.cpuMs
  return { cpuMicroseconds: cpuMs * 1000 / shot.amount, requestsPerSecond: shot.amount / seconds, busy: cpuMs / 1000 / seconds }
}

/** @returns how many seconds it took from the first request to the last answer. */
export async function send ({ url, visitors, amount, expectedStatus }: Shot): Promise<number> {
  const startedAt = performance.now()
  let answeredAt = startedAt
  let unexpected = 0
  let answered = 0
  const done = Promise.withResolvers<void>()
  const requests = visitors.map(headers => ({ method: 'GET' as const, headers }))
  const run = autocannon({ url, connections: CONNECTIONS, amount, requests, timeout: 5 }, error => { error === null || error === undefined ? done.resolve() : done.reject(error) })
  run.on('response', (_client, status) => {
    answered++
    answeredAt = performance.now()
    if (status !== expectedStatus) unexpected++
  })
  const timer = setTimeout(() => { run.stop() }, MOST_SECONDS * 1000)
  await done.promise.finally(() => { clearTimeout(timer) })
  if (unexpected > 0 || answered < amount) throw new Error(`${url}: ${answered} of ${amount} requests were answered, ${unexpected} of them not with ${expectedStatus}`)
  return (answeredAt - startedAt) / 1000
}

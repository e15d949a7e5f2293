// What does a check cost, compared with a server that decides nothing?
import type { Finding } from './finding.ts'
import { fire } from './load.ts'
import { inTurn, summarize } from './rounds.ts'
import type { Scene } from './scene.ts'
import { proxied } from './visit.ts'

const AMOUNT = 6_000

/** All three get the very same request, so that reading it costs all of them the same. */
export async function measureCheck (scene: Scene): Promise<Finding[]> {
  const visitors = [{ ...proxied(scene.host), cookie: await scene.signIn(), accept: '*/*', 'user-agent': 'proxy' }]
  const shot = (url: string) => ({ url: `${url}/auth/check`, visitors, amount: AMOUNT, expectedStatus: 200 })
  const rounds = await inTurn({
    bare: async () => await fire(scene.bare, shot(scene.bare.url)),
    check: async () => await fire(scene.gateway, shot(scene.url)),
    headers: async () => await fire(scene.sameHeaders, shot(scene.sameHeaders.url))
  }, { rounds: 25, warmUp: 5, mostSeconds: 80 })
  const each = (value: (round: typeof rounds[number]) => number) => summarize(rounds.map(value))
  return [
    { what: 'check: CPU of a bare route / CPU of a check', unit: '', ...each(({ bare, check }) => bare.cpuMicroseconds / check.cpuMicroseconds), must: { atLeast: 0.6 } },
    { what: 'check: CPU of the same headers / CPU of a check', unit: '', ...each(({ headers, check }) => headers.cpuMicroseconds / check.cpuMicroseconds), must: { atLeast: 0.75 } },
    { what: 'check: requests a second, check / bare route', unit: '', ...each(({ bare, check }) => check.requestsPerSecond / bare.requestsPerSecond) },
    { what: 'check: requests a second, check / same headers', unit: '', ...each(({ headers, check }) => check.requestsPerSecond / headers.requestsPerSecond) },
    { what: 'check: CPU', unit: 'µs', ...each(({ check }) => check.cpuMicroseconds) },
    { what: 'check: CPU of a bare route', unit: 'µs', ...each(({ bare }) => bare.cpuMicroseconds) },
    { what: 'check: CPU of the same headers', unit: 'µs', ...each(({ headers }) => headers.cpuMicroseconds) },
    { what: 'check: requests a second', unit: '/s', ...each(({ check }) => check.requestsPerSecond) },
    { what: 'check: how busy the gateway was', unit: '', ...each(({ check }) => check.busy) },
    { what: 'check: how busy the bare route was', unit: '', ...each(({ bare }) => bare.busy) }
  ]
}

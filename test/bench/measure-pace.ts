// How long does the slowest of a hundred wait, at two thousand requests a second?
import type { Finding } from './finding.ts'
import { pace } from './lines.ts'
import { inTurn, summarize } from './rounds.ts'
import type { Scene } from './scene.ts'
import { proxied } from './visit.ts'

const PER_SECOND = 2_000
const AMOUNT = 4_000
const CONNECTIONS = 32

export async function measurePace (scene: Scene): Promise<Finding[]> {
  const headers = { ...proxied(scene.host), cookie: await scene.signIn(), accept: '*/*', 'user-agent': 'proxy' }
  const side = (url: string) => async () => percentile(await pace({ url: `${url}/auth/check`, visitor: () => headers, expectedStatus: 200 }, AMOUNT, PER_SECOND, CONNECTIONS), 0.99)
  const rounds = await inTurn({ bare: side(scene.bare.url), check: side(scene.url) }, { rounds: 21, warmUp: 3, mostSeconds: 120 })
  const each = (value: (round: typeof rounds[number]) => number) => summarize(rounds.map(value))
  return [
    { what: 'pace: p99 of a check / of a bare route, at 2,000 a second', unit: '', ...each(({ check, bare }) => check / bare), must: { atMost: 2 } },
    { what: 'pace: p99 of a check', unit: 'ms', ...each(({ check }) => check) },
    { what: 'pace: p99 of a bare route', unit: 'ms', ...each(({ bare }) => bare) }
  ]
}

function percentile (values: readonly number[], share: number): number {
  return values.toSorted((one, other) => one - other)[Math.floor((values.length - 1) * share)] ?? NaN
}

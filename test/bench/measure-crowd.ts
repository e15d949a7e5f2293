// Does a check cost more where many are signed in, what does the first one of somebody cost, and what does it cost to remember them?
import { signInCrowd } from './crowd.ts'
import { numbersIn } from './facts.ts'
import type { Finding } from './finding.ts'
import { flood } from './lines.ts'
import { inTurn, summarize } from './rounds.ts'
import type { Scene } from './scene.ts'
import { proxied } from './visit.ts'

const FEW = { tenants: 10, sessions: 10 }
const MANY = { tenants: 10_000, sessions: 100_000 }
// Short, and many of them: what disturbs the machine lasts for seconds, and should meet both sides of a round.
const AMOUNT = 4_000
const ROUNDS = 25
// The database shares its core with the load; a queue before it would be answered with 503.
const CONNECTIONS = 8
/** Neighbours in the crowd are not asked about one after the other: what the processor remembers would be theirs. */
const STRIDE = 7_919

export async function measureCrowd (scene: Scene): Promise<Finding[]> {
  const settled = async () => numbersIn(await scene.gateway.ask('settled'), ['heapMb']).heapMb
  const shot = (cookieOf: (index: number) => string) => ({
    url: `${scene.url}/auth/check`,
    visitor: (index: number) => ({ ...proxied(scene.host), cookie: cookieOf(index * STRIDE) }),
    expectedStatus: 200
  })
  const few = shot(await signInCrowd({ ...scene, ...FEW }))
  const many = shot(await signInCrowd({ ...scene, ...MANY }))
  await flood(few, 1_000, CONNECTIONS)

  const [heapBefore, before] = [await settled(), await scene.gateway.usage()]
  await flood(many, MANY.sessions, CONNECTIONS)
  const [after, heapAfter] = [await scene.gateway.usage(), await settled()]

  // Once in a minute it is written down of each that it was used. That is asked of all of them here, so that the rounds meet sessions
  // that are as warm as the few, of whom it is written down ten times in a minute whatever is asked.
  const beforeUses = await scene.gateway.usage()
  await flood(many, MANY.sessions, CONNECTIONS)
  const afterUses = await scene.gateway.usage()

  let from = 0
  const cost = async (asked: typeof few) => {
    from += AMOUNT
    const start = from
    const used = await scene.gateway.usage()
    await flood({ ...asked, visitor: index => asked.visitor(start + index) }, AMOUNT, CONNECTIONS)
    return (await scene.gateway.usage()).cpuMs - used.cpuMs
  }
  const rounds = await inTurn({ few: async () => await cost(few), many: async () => await cost(many) }, { rounds: ROUNDS, warmUp: 5, mostSeconds: 30 })
  return [
    { what: 'crowd: CPU of a check with 10 sessions / with 100,000', unit: '', ...summarize(rounds.map(round => round.few / round.many)), must: { atLeast: 0.9 } },
    { what: 'crowd: SQL statements of a cold check', unit: '', ...summarize([(after.statements - before.statements) / MANY.sessions]), must: { atMost: 2 } },
    { what: 'crowd: CPU of a cold check', unit: 'µs', ...summarize([(after.cpuMs - before.cpuMs) * 1000 / MANY.sessions]) },
    { what: 'crowd: CPU of a check whose use is written down, with the writing', unit: 'µs', ...summarize([(afterUses.cpuMs - beforeUses.cpuMs) * 1000 / MANY.sessions]) },
    { what: 'crowd: memory of a session with its token', unit: 'KB', ...summarize([(heapAfter - heapBefore) * 1024 / MANY.sessions]), must: { atMost: 2 } }
  ]
}

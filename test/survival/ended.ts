// How long does a session outlive its end, on the replicas that did not end it? They are asked without a pause, from before the end to after it.
import type { Cluster } from './cluster.ts'
import type { Replica } from './replica.ts'
import { signInOf } from './verifiers.ts'

export interface Ended {
  /** From the moment that the end was asked for, and from the moment that it was confirmed, until a replica refused; 0 where that was sooner. */
  readonly sinceAskedMs: number
  readonly sinceConfirmedMs: number
  /** How often the replica let it in after it had refused once. */
  readonly wrong: number
}

interface Answer { readonly status: number, readonly begunAt: number, readonly answeredAt: number }

const QUESTIONS_AFTER = 20

/** Ends the sign-in behind a cookie at one replica, and watches the others. One result for each of these. */
export async function endAndWatch (cluster: Cluster, cookie: string, at: Replica): Promise<readonly Ended[]> {
  const others = cluster.replicas.filter(replica => replica !== at)
  const warm = await Promise.all(cluster.replicas.map(async replica => await cluster.check(replica, cookie)))
  if (warm.some(({ status }) => status !== 200)) throw new Error(`Not signed in everywhere: ${warm.map(({ status }) => status).join()}`)
  const watching = others.map(async replica => await watch(cluster, cookie, replica))
  const askedAt = performance.now()
  await cluster.api(at, 'DELETE', `/sessions/${signInOf(warm[0]?.token ?? '')}`)
  const confirmedAt = performance.now()
  return (await Promise.all(watching)).map(answers => {
    const refusedAt = answers.find(({ status }) => status === 401)?.answeredAt ?? NaN
    return {
      sinceAskedMs: refusedAt - askedAt,
      sinceConfirmedMs: Math.max(0, refusedAt - confirmedAt),
      wrong: answers.filter(({ status, begunAt }) => status === 200 && begunAt > refusedAt).length
    }
  })
}

/** Asks until the replica has refused, and some more. */
async function watch (cluster: Cluster, cookie: string, replica: Replica): Promise<readonly Answer[]> {
  const answers: Answer[] = []
  for (let after = 0; after < QUESTIONS_AFTER;) {
    const begunAt = performance.now()
    const { status } = await cluster.check(replica, cookie)
    answers.push({ status, begunAt, answeredAt: performance.now() })
    if (status !== 200 && status !== 401) throw new Error(`A replica answered ${status}`)
    if (after > 0 || status === 401) after++
  }
  return answers
}

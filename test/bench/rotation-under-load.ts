// Does an API that verifies with jose and all its defaults find every token good while the signing key is replaced? By the real clock, but for the wait.
import type { Cluster } from '../survival/cluster.ts'
import { letKeysAge, renewTokens } from '../survival/key-change.ts'
import { refusedIn, startLoad, type Visitor, wrongIn } from '../survival/load.ts'
import { until } from '../survival/until.ts'
import { createVerifier, type Verifier } from '../survival/verifiers.ts'

export interface Rotated {
  readonly verified: number
  readonly failures: number
  readonly answers: number
  readonly wrong: number
  readonly refused: number
}

/** How long jose waits by itself before it looks for a key again; a little more. The gateway publishes a key for ten minutes at least. */
const COOLED_MS = 31_000
const PUBLISH_SECONDS = 3_600

/** Publishes the next key. The load goes on until `finish`, which lets the key sign once jose's pause is over. */
export async function beginRotation (cluster: Cluster, everybody: readonly Visitor[]): Promise<{ finish (): Promise<Rotated> }> {
  let verified = 0
  const verifiers = new Map<Visitor, Verifier>(everybody.map(visitor => [visitor, createVerifier(cluster)]))
  const load = startLoad(cluster, everybody, async ({ visitor, status, token }) => {
    if (status !== 200) return
    verified++
    await verifiers.get(visitor)?.verify(token)
  })
  await load.pages(20)
  const lookedAt = performance.now()
  await cluster.api(cluster.replicas[0], 'POST', '/signing-keys/rotate', {})
  return {
    async finish () {
      try {
        await until('jose looks for keys again', () => performance.now() - lookedAt > COOLED_MS)
        const old = new Set([...verifiers.values()].flatMap(({ kids }) => [...kids]))
        await letKeysAge(cluster, PUBLISH_SECONDS)
        await renewTokens(cluster)
        await until('everybody has a token of the new key', () => everybody.every(visitor => visitor.email === null || [...verifiers.get(visitor)?.kids ?? []].some(kid => !old.has(kid))))
        await load.pages(20)
      } finally {
        await load.stop()
      }
      return { verified, failures: [...verifiers.values()].flatMap(({ failures }) => failures).length, answers: load.seen.length, wrong: wrongIn(load.seen).length, refused: refusedIn(load.seen).length }
    }
  }
}

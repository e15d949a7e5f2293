// What do the gateways answer while the database says nothing at all, its connections open? Memory may be believed for a moment only.
import type { Cluster } from './cluster.ts'
import { until } from './until.ts'

export interface Silence {
  /** From the moment that the database fell silent until anybody last saw a 200. */
  readonly lastYesMs: number
  /** From the moment that it spoke again until every replica answered 200 again. */
  readonly recoveredMs: number
}

/** Pauses the database, asks every replica for everybody until all have refused to say yes, and lets it go on. Linux only. */
export async function fallSilent (cluster: Cluster, cookies: readonly string[]): Promise<Silence> {
  const everywhere = cluster.replicas.flatMap(replica => cookies.map(cookie => async () => (await cluster.check(replica, cookie)).status === 200))
  await until('everybody is in everywhere', async () => (await Promise.all(everywhere.map(async isIn => await isIn()))).every(Boolean))
  cluster.postgres.pause()
  const from = performance.now()
  let lastYesAt = from
  try {
    await Promise.all(everywhere.map(async isIn => {
      while (await isIn()) lastYesAt = performance.now()
    }))
    // Whoever has said no does not say yes again, while it lasts.
    if ((await Promise.all(everywhere.map(async isIn => await isIn()))).some(Boolean)) lastYesAt = performance.now()
  } finally {
    cluster.postgres.resume()
  }
  const resumedAt = performance.now()
  await until('everybody is in again everywhere', async () => (await Promise.all(everywhere.map(async isIn => await isIn()))).every(Boolean))
  return { lastYesMs: lastYesAt - from, recoveredMs: performance.now() - resumedAt }
}

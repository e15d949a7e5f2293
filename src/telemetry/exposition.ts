// What does a scrape read? Our numbers and those of the process, in Prometheus' text format.
import type { Family } from './families.ts'

export interface Exposition {
  readonly contentType: string
  readonly text: string
}

// Node's own timer for the delay of the event loop fires so often.
const LOOP_MS = 20

/** @returns what answers a scrape. Nothing is loaded before the first one: who does not scrape does not pay for it. */
export function createExposition (read: () => Promise<readonly Family[]>): () => Promise<Exposition> {
  let loading: ReturnType<typeof load> | null = null
  return async () => {
    loading ??= load()
    const { registry, show } = await loading
    show(await read())
    return { contentType: registry.contentType, text: await registry.metrics() }
  }
}

async function load () {
  const { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } = await import('prom-client')
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_MS })

  // A histogram of the library's counts by itself or not at all. This one hands on what was counted already, where the registry asks for it.
  class ReadHistogram extends Histogram {
    family: Family

    constructor (family: Family) {
      super({ name: family.name, help: family.help, registers })
      this.family = family
    }

    async getForPromString () {
      const { name, help, samples } = this.family
      return { name, help, type: 'histogram', values: samples.map(({ labels, value, part }) => ({ labels, value, metricName: name + (part ?? '') })) }
    }
  }

  const build = (family: Family): (now: Family) => void => {
    const { name, kind, help } = family
    if (kind === 'histogram') {
      const histogram = new ReadHistogram(family)
      return now => { histogram.family = now }
    }
    const described = { name, help, labelNames: [...family.labels], registers }
    const metric = kind === 'counter' ? new Counter(described) : new Gauge(described)
    return ({ samples }) => {
      metric.reset()
      for (const { labels, value } of samples) metric.inc(labels, value)
    }
  }

  const shown = new Map<string, (now: Family) => void>()
  return {
    registry,
    show (families: readonly Family[]) {
      for (const family of families) {
        const tell = shown.get(family.name) ?? build(family)
        shown.set(family.name, tell)
        tell(family)
      }
    }
  }
}

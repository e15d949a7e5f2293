// Which metrics are there, and what does each of them mean? The list that a scrape, the chart's alerts and its dashboard are held to.
import type { Signals } from './signals.ts'
import type { Sample } from './tally.ts'

export interface Family {
  readonly name: string
  readonly kind: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly labels: readonly string[]
  readonly samples: readonly Sample[]
}

interface CacheStats {
  readonly hits: number
  /** Whoever asked had to wait, or got an answer that was not kept. */
  readonly misses: number
}

interface FetchStats {
  readonly hits: number
  readonly loads: number
  readonly loaded: number
  readonly failures: number
}

/** What is not counted as it happens, but known by somebody whenever it is asked for. */
export interface Standing {
  readonly ready: boolean
  readonly sessions: number
  readonly caches: Readonly<Record<'sessions' | 'doors', CacheStats>>
  readonly idp: { readonly metadata: FetchStats, readonly keys: FetchStats }
}

export function buildFamilies ({ kept, requests }: Pick<Signals, 'kept' | 'requests'>, standing: Standing): readonly Family[] {
  const { metadata, keys } = standing.idp
  const caches = { ...standing.caches, discovery: { hits: metadata.hits, misses: metadata.loads }, key_set: { hits: keys.hits, misses: keys.loads } }
  return [
    gauge('gatehouse_ready', 'Whether this replica should get traffic: 1 or 0, as GET /readyz says it.', standing.ready ? 1 : 0),
    gauge('gatehouse_sessions', 'Sessions that this replica holds in memory.', standing.sessions),
    counter('gatehouse_logins_started_total', ['tenant'], 'Logins that were sent to a customer’s Okta.', kept.started.samples()),
    counter('gatehouse_logins_finished_total', ['tenant'], 'Logins that ended with a session.', kept.finished.samples()),
    counter('gatehouse_logins_refused_total', ['tenant', 'code'], 'Logins that ended without a session, by the code that their page and their story have.', kept.refused.samples()),
    histogram('gatehouse_login_stage_seconds', ['stage'], 'What a login waited for.', kept.stages.samples()),
    counter('gatehouse_discovery_fetches_total', ['result'], 'Requests for the metadata of a customer’s Okta.', fetches(metadata)),
    counter('gatehouse_key_set_fetches_total', ['result'], 'Requests for the signing keys of a customer’s Okta.', fetches(keys)),
    counter('gatehouse_cache_lookups_total', ['cache', 'result'], 'Questions that memory answered (hit) or could not (miss).', Object.entries(caches).flatMap(([cache, { hits, misses }]) => [
      { labels: { cache, result: 'hit' }, value: hits },
      { labels: { cache, result: 'miss' }, value: misses }
    ])),
    counter('gatehouse_tokens_minted_total', ['app'], 'Access tokens that were signed.', kept.minted.samples()),
    histogram('gatehouse_statement_seconds', ['statement'], 'Statements that PostgreSQL answered or refused, by what they do and the first table they name.', kept.statements.samples()),
    counter('gatehouse_http_requests_total', ['route', 'status'], 'Requests that were answered, by class of route.', withChecks(kept.answered.samples(), requests.routineChecks)),
    histogram('gatehouse_http_request_seconds', ['route'], 'Time to the answer, by class of route; checks that went well are counted and not timed.', kept.requests.samples())
  ]
}

// A check that goes well adds one to a number of its own. Nothing else is answered to it by 200.
function withChecks (samples: readonly Sample[], routineChecks: number): readonly Sample[] {
  return [...samples, { labels: { route: 'check', status: '200' }, value: routineChecks }]
}

function fetches ({ loaded, failures }: FetchStats): readonly Sample[] {
  return [{ labels: { result: 'ok' }, value: loaded }, { labels: { result: 'failed' }, value: failures }]
}

function gauge (name: string, help: string, value: number): Family {
  return { name, kind: 'gauge', labels: [], help, samples: [{ labels: {}, value }] }
}

function counter (name: string, labels: readonly string[], help: string, samples: readonly Sample[]): Family {
  return { name, kind: 'counter', labels, help, samples }
}

function histogram (name: string, labels: readonly string[], help: string, samples: readonly Sample[]): Family {
  return { name, kind: 'histogram', labels, help, samples }
}

// What does a check ask: of which app, under which constraints? Read alike by the route and by whoever answers before it.
import type { IncomingMessage } from 'node:http'
import type { Constraints } from '../tenant/access.ts'
import { type App, normalizeHost } from '../tenant/app.ts'
import { namesOneHost } from './guards/known-host.ts'
import { paths } from './paths.ts'
import { readText } from './visitor.ts'

/** What the query of a check says. */
export interface CheckQuery extends Constraints {
  /** Id or slug of an app; null where the host tells it. */
  readonly app: string | null
  readonly redirects: boolean
}

export interface CheckQuestion {
  readonly app: App
  readonly host: string
}

/** @throws RequestRefusal for what comes twice or is too long. */
export function readCheckQuery (query: unknown): CheckQuery {
  const roles = readText(query, 'roles', 6_500)
  return {
    app: readText(query, 'app', 63),
    roles: roles === null ? [] : roles.split(',').filter(role => role !== ''),
    tenant: readText(query, 'tenant', 63),
    redirects: readText(query, 'mode', 16) === 'redirect'
  }
}

/**
 * The app that a check is about; null for an app or host that nobody knows.
 * @param said the host that the request names, as it came.
 */
export function findQuestion (raw: IncomingMessage, said: string, named: string | null, apps: readonly App[], loginHost: string): CheckQuestion | null {
  if (!namesOneHost(raw)) return null
  // Apps keep their hosts in the compared form: one that is said like that need not be brought into it.
  const host = apps.some(({ hosts }) => hosts.includes(said)) ? said : normalizeHost(said) ?? ''
  const here = apps.find(({ hosts }) => hosts.includes(host))
  const app = named === null ? here : apps.find(({ id, slug }) => id === named || slug === named)
  if (app === undefined) return null
  // A page of one app can ask too, on its own host. It must not come by a token for another, as it could not at /auth/token.
  if (here !== undefined && here !== app && host !== loginHost) return null
  return { app, host }
}

export interface KnownQueries {
  /** What was read of such a target before. */
  find (target: string): CheckQuery | undefined
  keep (target: string, query: CheckQuery): void
}

const MOST_KEPT = 1_000
const LONGEST_KEPT = 1_000

/** Proxies ask by the few targets that they are configured with. Whoever invents others empties this, and gains nothing by it. */
export function keepQueries (): KnownQueries {
  const known = new Map<string, CheckQuery>()
  return {
    find: target => known.get(target),
    keep (target, query) {
      // Only by its plain spelling: what the router takes for it as well may be somebody else's on another host.
      if (known.has(target) || target.length > LONGEST_KEPT || !(target === paths.check || target.startsWith(`${paths.check}?`))) return
      if (known.size >= MOST_KEPT) known.clear()
      known.set(target, query)
    }
  }
}

// Whose is a request: the gateway's own, or that of an app which is served through it?
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { type App, normalizeHost } from '../../tenant/app.ts'
import { findSegments } from '../../tenant/url-path.ts'
import { paths } from '../paths.ts'
import { saidHost } from '../said-host.ts'

type ConstraintStrategy = Parameters<FastifyInstance['addConstraintStrategy']>[0]
type Handler = NonNullable<ReturnType<ReturnType<ConstraintStrategy['storage']>['get']>>

export interface WhoseRequestNeeds {
  readonly loginHost: string
  readonly apps: () => readonly App[] | Promise<readonly App[]>
  readonly isTrusted: (address: string) => boolean
}

const ours = [paths.own, paths.jwks, paths.serverMetadata].map(split)
// Elsewhere a product may have an `/api/v1` of its own.
const oursOnLoginHost = [paths.api, paths.scim].map(split)

/** Whether a request target is the gateway's own on such a host. What cannot be read without doubt is not: it is refused where apps are served. */
export function isOwnTarget (target: string, onLoginHost: boolean): boolean {
  // What the router takes for a whole URL, or for no path at all, never goes to an app.
  if (target.startsWith('/auth/') || !target.startsWith('/')) return true
  const segments = findSegments(target.split('?', 1)[0] ?? '')
  if (segments === null) return false
  return [...ours, ...(onLoginHost ? oursOnLoginHost : [])].some(own => own.every((segment, place) => segments[place] === segment))
}

const served = 'served'

/** For the routes of an app that is served through the gateway; no other route is ever theirs. */
export const forServedApps = { upstream: served }

/**
 * How the router tells an app's request from ours: before any route is looked at, so that no route of ours, present or future, shadows one of
 * the product, and none of the product's one of ours.
 */
export function tellUpstreamRequests ({ loginHost, apps, isTrusted }: WhoseRequestNeeds): ConstraintStrategy {
  return {
    name: 'upstream',
    // A route without the constraint is not for a request that has a value.
    mustMatchWhenDerived: true,
    storage () {
      const handlers = new Map<unknown, Handler>()
      return { get: value => handlers.get(value) ?? null, set: (value, handler) => { handlers.set(value, handler) } }
    },
    // Three parameters make it asynchronous to the router, which then goes by what it is told and not by what is returned.
    deriveConstraint (raw: IncomingMessage, _context?: unknown, tell?: (error: null, value: unknown) => void): unknown {
      const target = raw.url ?? ''
      // The thousands a second that ask about others' requests are told apart by a glance.
      const host = isOwnTarget(target, false) ? '' : normalizeHost(saidHost(raw, isTrusted)) ?? ''
      const judge = (known: readonly App[]) => { tell?.(null, known.some(app => app.upstream !== null && app.hosts.includes(host)) ? served : undefined) }
      const known = host === '' || (host === loginHost && isOwnTarget(target, true)) ? [] : apps()
      // Those who serve apps ask again, and can say that the database is away; our own doors do so themselves.
      if (known instanceof Promise) known.then(judge, () => { tell?.(null, host === loginHost ? undefined : served) })
      else judge(known)
      return undefined
    }
  }
}

function split (path: string): readonly string[] {
  return path.split('/')
}

// How does a request reach one piece of the house in a test? Through a small server with that piece alone.
import fastifyCookie from '@fastify/cookie'
import fastifyFormbody from '@fastify/formbody'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { answerError } from '../../src/http/answer-error.ts'
import { loadAssets } from '../../src/http/pages/assets.ts'
import type { Look } from '../../src/http/pages/layout.ts'
import { logRequests } from '../../src/http/request-log.ts'
import type { App } from '../../src/tenant/app.ts'
import type { AppId } from '../../src/tenant/id.ts'

const brand = { name: 'Northwind', accent: '#3b5bdb', logo: null, supportEmail: null }
export const look: Look = { brand, assets: loadAssets(brand) }
export const at = new Date('2026-11-21T09:00:00Z')

export interface WithTeardown { teardown (done: () => Promise<void>): unknown }
export type Guard = (request: FastifyRequest) => Promise<void>
export type Handler = (request: FastifyRequest, reply: FastifyReply) => unknown

/** A server with cookies, forms, the error handler, and one handler behind one guard at `/` and `/next`. */
export async function openServer (t: WithTeardown, handler: Handler = () => ({ passed: true }), guard?: (request: FastifyRequest, reply: FastifyReply) => Promise<void>, trustProxy: boolean | string[] = false): Promise<FastifyInstance> {
  const app = Fastify({ trustProxy })
  logRequests(app, { routineChecks: 0, answered () {} })
  app.setErrorHandler(answerError({ look, now: () => at }))
  await app.register(fastifyCookie)
  await app.register(fastifyFormbody)
  if (guard !== undefined) app.addHook('onRequest', guard)
  app.route({ method: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'], url: '/', exposeHeadRoute: false, handler: async (request, reply) => await handler(request, reply) })
  t.teardown(async () => { await app.close() })
  return app
}

export function appOf (slug: string, hosts: readonly string[]): App {
  return { id: `app-${slug}` as AppId, slug, name: slug, audience: `https://${slug}.northwind.test`, hosts, returnTo: [], homeUrl: null, tokenLifetimeSeconds: null, upstream: null }
}

export function setCookies (headers: Readonly<Record<string, string | string[] | number | undefined>>): readonly string[] {
  return [headers['set-cookie'] ?? []].flat().map(String)
}

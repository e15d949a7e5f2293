// Is somebody asking too often? Counted by address, in this replica's memory.
import fastifyRateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import { RequestRefusal } from '../refusal.ts'

/** Limits every route of the scope. @param perMinute requests of one address; 0 is no limit. */
export async function limitRate (scope: FastifyInstance, perMinute: number): Promise<void> {
  if (perMinute === 0) return
  await scope.register(fastifyRateLimit, {
    max: perMinute,
    timeWindow: 60_000,
    cache: 20_000,
    errorResponseBuilder: (_request, { ttl }) => {
      const seconds = Math.max(1, Math.ceil(ttl / 1000))
      return new RequestRefusal('too-many-requests', `Try again in ${seconds} seconds.`, { 'retry-after': String(seconds) })
    }
  })
}

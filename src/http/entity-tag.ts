// Does the visitor have this already? A strong ETag, from what is in the answer (RFC 9110 §8.8.3).
import { hash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'

export function entityTag (body: string): string {
  return `"${hash('sha256', body, 'base64url').slice(0, 22)}"`
}

/** Whether `If-None-Match` names the tag. Compared weakly, as RFC 9110 §13.1.2 says: a proxy that compresses makes it weak. */
export function isKnown (request: FastifyRequest, tag: string): boolean {
  return request.headers['if-none-match']?.split(',').some(known => known.trim().replace(/^W\//, '') === tag) === true
}

// Is this the operator? Asked before anything else, so that without a token nobody learns what is here. RFC 6750 §§2.1, 3.
import { hash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Secret } from '../../../secret.ts'
import { RequestRefusal } from '../../refusal.ts'

/** @param token null when none was set: then nobody is the operator. */
export function admitOperator (token: Secret | null) {
  const expected = token === null ? null : digestOf(token.reveal())
  return async function (request: FastifyRequest): Promise<void> {
    const [, bearer] = /^Bearer +([\x21-\x7e]{1,4096}) *$/i.exec(request.headers.authorization ?? '') ?? []
    // Hashes are of one length, so neither the time nor an exception tells how long the token is or where it differs.
    if (expected !== null && bearer !== undefined && timingSafeEqual(digestOf(bearer), expected)) return
    throw new RequestRefusal('unauthorized', 'Send the operator token as `Authorization: Bearer …`.', { 'www-authenticate': 'Bearer' })
  }
}

function digestOf (text: string): Buffer {
  return hash('sha256', text, 'buffer')
}

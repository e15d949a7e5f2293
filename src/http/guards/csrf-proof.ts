// Does the request show that a page of ours, or a script that may read us, made it? `X-CSRF: 1`, or the token of our own form.
import type { Signer } from '@fastify/cookie'
import type { FastifyRequest } from 'fastify'
import { hashOf } from '../../oidc/hash.ts'
import { formTokenField } from '../pages/links.ts'
import { RequestRefusal } from '../refusal.ts'

// Cut off from the session's own signature by what is signed, so that neither can stand for the other.
const subjectOf = (idHash: string) => hashOf(`form ${idHash}`)

/** The hidden value of a form that a signed-in browser may send. */
export function buildFormToken (signer: Signer, idHash: string): string {
  return signer.sign(subjectOf(idHash))
}

/** @throws RequestRefusal `csrf-proof-missing` */
export function checkCsrfProof (request: FastifyRequest, signer: Signer, idHash: string | null): void {
  // A header that no form can set, and no other site without our leave (CORS).
  if (request.headers['x-csrf'] === '1') return
  const token = typeof request.body === 'object' && request.body !== null ? Reflect.get(request.body, formTokenField) : undefined
  if (idHash !== null && typeof token === 'string' && token.length < 200) {
    const { valid, value } = signer.unsign(token)
    if (valid && value === subjectOf(idHash)) return
  }
  throw new RequestRefusal('csrf-proof-missing')
}

// Did the browser come by https? Cookies that only travel so would be lost, and people would sign in again and again without knowing why.
import type { FastifyRequest } from 'fastify'
import { RequestRefusal } from '../refusal.ts'

/** @throws RequestRefusal `insecure-way` where PUBLIC_URL is https and nobody we trust says that the browser's request was. */
export async function refuseInsecureWay (request: FastifyRequest): Promise<void> {
  if (request.protocol !== 'https') throw new RequestRefusal('insecure-way')
}

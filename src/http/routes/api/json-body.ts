// What may a body be? JSON of 64 KB, or nothing at all.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { RequestRefusal } from '../../refusal.ts'

export const MAX_BODY_BYTES = 65_536

/** No other content type is taken in this scope: a form is something that another site can post. */
export function takeJsonOnly (app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string', bodyLimit: MAX_BODY_BYTES }, async (_request: FastifyRequest, body: string) => parseJson(body))
  // No body is an empty one: what is missing in it is then named field by field.
  app.addHook('preValidation', async request => {
    if (request.body === undefined && request.routeOptions.schema?.body !== undefined) request.body = {}
  })
}

function parseJson (body: string): unknown {
  if (body === '') return {}
  try {
    return JSON.parse(body)
  } catch {
    // The parser's own message repeats a part of the body, and that may be a secret.
    throw new RequestRefusal('body-malformed', 'The body is not JSON.')
  }
}

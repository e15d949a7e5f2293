// Is a body awaited that Node has called read beforehand? A request that announces none costs no stream with us; whoever parses it anyway needs an end.
import { Readable } from 'node:stream'
import type { preParsingHookHandler } from 'fastify'

/** A hook, for a server with `optimizeEmptyRequests`. Without a Content-Type nothing is parsed where nothing was announced. */
export const endEmptyBodies: preParsingHookHandler = (request, _reply, payload, done) => {
  if (request.headers['content-type'] === undefined || !request.raw.readableEnded) done(null, payload)
  else done(null, Readable.from([]))
}

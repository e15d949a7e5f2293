// How does a body get to the app, and where does the rest of it go when the app wants no more?
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'

/** How long somebody may go on sending what nobody wants any more. */
const REST_MS = 30_000

/**
 * The body as a stream of its own. The browser's itself would be destroyed together with the app's connection, and would take along the
 * answer that tells of it, and every request that comes behind it.
 */
export function readUpload (raw: IncomingMessage, response: ServerResponse): Readable {
  response.once('finish', () => {
    if (raw.complete) return
    const rest = setTimeout(() => { raw.destroy() }, REST_MS).unref()
    for (const event of ['end', 'close']) raw.once(event, () => { clearTimeout(rest) })
  })
  return Readable.from(pieces(raw), { objectMode: false })
}

async function * pieces (raw: IncomingMessage): AsyncGenerator<unknown> {
  try {
    // Not `yield *`: it would hand on the failure of the app's connection, and that destroys the browser's after all.
    for await (const piece of raw.iterator({ destroyOnReturn: false })) yield piece
  } finally {
    // Whoever is kept from sending does not read the answer either.
    raw.resume()
  }
}

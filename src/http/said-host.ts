// Which host does a request name, as Fastify reads it, for those who look before it does?
import type { IncomingMessage } from 'node:http'

/** What the nearest trusted proxy says, and `Host` where none says anything; empty where nobody does. */
export function saidHost ({ headers, socket }: IncomingMessage, isTrusted: (address: string) => boolean): string {
  const forwarded = headers['x-forwarded-host']
  if (typeof forwarded !== 'string' || forwarded === '' || !isTrusted(socket.remoteAddress ?? '')) return headers.host ?? ''
  return forwarded.slice(forwarded.lastIndexOf(',') + 1).trim()
}

// Which headers does every answer to a browser carry, whatever it is? Helmet says them once, at the start: told to Node one by one, with each request, they cost as much as a route.
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { onRequestHookHandler } from 'fastify'
import helmet from 'helmet'

const HSTS_SECONDS = 31_536_000

/** @param plainLocalhost where a browser must not be told to insist on https. */
export function sayBeSecure (plainLocalhost: boolean): onRequestHookHandler {
  const headers = listHeaders(helmet({
    // Every page brings its own, stricter policy.
    contentSecurityPolicy: false,
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: plainLocalhost ? false : { maxAge: HSTS_SECONDS, includeSubDomains: false }
  }))
  return (_request, reply, done) => {
    reply.headers(headers)
    done()
  }
}

function listHeaders (say: ReturnType<typeof helmet>): Readonly<Record<string, string>> {
  const request = new IncomingMessage(new Socket())
  const response = new ServerResponse(request)
  let said = false
  say(request, response, error => {
    if (error !== undefined) throw new Error('Helmet has failed', { cause: error })
    said = true
  })
  // Whoever waits for something before they speak would leave every page without.
  if (!said) throw new Error('Helmet has not said its headers at once')
  return Object.fromEntries(response.getHeaderNames().map(name => [name, String(response.getHeader(name))]))
}

// What does Node do with a connection before the framework sees a request of it?
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { asksForWebSocket } from './upstream/handshakes.ts'
import { isOwnTarget } from './upstream/whose-request.ts'

const HEADERS_MS = 30_000
const KEEP_ALIVE_MS = 75_000

/** @param answerAtOnce says whether it has answered; what it leaves goes to the framework. */
export function buildHttpServer (answerAtOnce: (raw: IncomingMessage, response: ServerResponse) => boolean, framework: RequestListener): Server {
  return createServer({
    // For the headers alone. Bodies have a deadline of their own, because an upload to an app takes as long as it takes.
    headersTimeout: HEADERS_MS,
    requestTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // A browser that vanished says nothing; without probes its streams and WebSockets would stay for hours.
    keepAlive: true,
    keepAliveInitialDelay: 30_000,
    // A check has no body, and a stream that is made, ended and closed for it costs more than the look into memory.
    optimizeEmptyRequests: true,
    shouldUpgradeCallback: raw => asksForWebSocket(raw) && !isOwnTarget(raw.url ?? '', false)
  }, (raw, response) => { if (!answerAtOnce(raw, response)) framework(raw, response) })
}

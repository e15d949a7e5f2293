// How is an app served through the gateway itself? Every request passes the door, and goes on as it came, with a name on it.
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { Dispatcher } from 'undici'
import { receiveHandshakes } from './handshakes.ts'
import { type OpenLinesNeeds, watchLines } from './open-lines.ts'
import { passRequest } from './pass-request.ts'
import { passWebSocket } from './pass-web-socket.ts'
import { type Limits, makeRoom } from './room.ts'
import { mayStay, type StayNeeds } from './stay.ts'
import { admitVisit, type Visit, type VisitNeeds } from './visit.ts'
import { forServedApps } from './whose-request.ts'

export interface ServeUpstreamNeeds extends VisitNeeds, StayNeeds, OpenLinesNeeds {
  readonly agent: Dispatcher
  /** The body of a request that may pass takes as long as it takes. */
  readonly liftDeadline: (raw: IncomingMessage) => void
  readonly limits?: Limits | undefined
}

// TRACE would show a script what it may not read: the token that we have put on.
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Registers the routes of the apps that have an upstream. The scope is theirs alone. */
export async function serveUpstream (scope: FastifyInstance, needs: ServeUpstreamNeeds): Promise<void> {
  const { agent } = needs
  const lines = watchLines(needs)
  const findHandshake = receiveHandshakes(scope)
  const room = makeRoom(findHandshake, needs.limits)
  let closing = false

  scope.decorateRequest('visit', null)
  scope.addHook('onRequest', admitVisit(needs, request => findHandshake(request.raw) !== undefined))
  // Past the door.
  scope.addHook('onRequest', ({ raw }, _reply, done) => {
    needs.liftDeadline(raw)
    done()
  })
  scope.addHook('onRequest', room.admit)
  scope.addHook('preClose', async () => {
    closing = true
    lines.endAll()
  })
  // An answer that was under way leaves a connection which nobody closes any more, and the gateway would wait for its next request.
  scope.addHook('onResponse', ({ raw }, _reply, done) => {
    if (closing) raw.socket.end()
    done()
  })
  scope.addHook('onClose', async () => { await agent.destroy() })

  // Whatever a body is, it is the app's to read: it flows through in pieces.
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (_request, payload, done) => { done(null, payload) })

  const pass = { agent, lines, room, stay: (visit: Visit) => mayStay(needs, visit) }
  scope.route({
    method: methods,
    url: '/*',
    constraints: forServedApps,
    // Its lines carry the reference without a logger of their own.
    childLoggerFactory: logger => logger,
    handler (request, reply) {
      const handshake = findHandshake(request.raw)
      if (handshake !== undefined) return passWebSocket(pass, handshake, request, reply)
      passRequest(pass, request, reply)
      return undefined
    }
  })
}

// How does a browser's WebSocket get to the app, and how long may it stay? The app answers the handshake; the sign-in's end is its end.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { buildAnsweredHeaders } from './answered-headers.ts'
import { buildDeparture } from './departure.ts'
import type { Handshake } from './handshakes.ts'
import type { PassNeeds } from './pass-request.ts'
import { buildSwitch, openTunnel } from './tunnel.ts'
import { toOutage } from './upstream-agent.ts'
import { visitOf } from './visit.ts'

// RFC 6455 §7.4.1
const POLICY_VIOLATION = 1008
const GOING_AWAY = 1001

/** @throws Outage when the app is not there or does not agree to the handshake. */
export async function passWebSocket ({ agent, lines, room, stay }: PassNeeds, { socket, detach }: Handshake, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const left = new AbortController()
  // It may have gone while the door was thinking.
  if (socket.destroyed) left.abort()
  socket.once('close', () => { left.abort() })
  const answered = room.wait(request)
  const answer = await agent.upgrade({ ...buildDeparture(request), method: 'GET', protocol: 'websocket', signal: left.signal }).catch((error: unknown) => {
    // Nobody is left to be told.
    if (left.signal.aborted) return null
    throw toOutage(error)
  }).finally(answered)
  reply.hijack()
  if (answer === null) return
  if (socket.destroyed) {
    answer.socket.destroy()
    return
  }
  const { upstream, scheme, host } = visitOf(request)
  detach()
  socket.write(buildSwitch(buildAnsweredHeaders(answer.headers, upstream, `${scheme}://${host}`)), 'latin1')
  const tunnel = openTunnel(socket, answer.socket)
  request.log.info({ reference: request.id, tenant: request.outcome.tenant }, 'a WebSocket was opened')
  const forget = lines.add({
    ...stay(visitOf(request)),
    end: why => { if (why === 'ended') tunnel.end(POLICY_VIOLATION, 'The session has ended.'); else tunnel.end(GOING_AWAY, '') }
  })
  tunnel.closed.then(forget, forget)
}

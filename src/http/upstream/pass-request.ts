// How does one request go to the app and its answer come back? In pieces, both ways, as they come.
import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Dispatcher } from 'undici'
import { buildDeparture } from './departure.ts'
import type { Line, OpenLines } from './open-lines.ts'
import { Passage } from './passage.ts'
import type { Room } from './room.ts'
import { readUpload } from './upload.ts'
import { type Visit, visitOf } from './visit.ts'

export interface PassNeeds {
  readonly agent: Dispatcher
  readonly lines: OpenLines
  readonly room: Pick<Room, 'wait'>
  /** What the visit stands on, and whether it still does. */
  readonly stay: (visit: Visit) => Pick<Line, 'grounds' | 'check'>
}

const methods: Readonly<Record<string, Dispatcher.HttpMethod>> = { GET: 'GET', HEAD: 'HEAD', POST: 'POST', PUT: 'PUT', PATCH: 'PATCH', DELETE: 'DELETE', OPTIONS: 'OPTIONS' }

/**
 * Begins, and answers when the app has: with its answer, or with `upstream-unreachable` or `upstream-timeout` while nothing has been answered yet.
 * @throws Outage `upstream-unreachable` at once, where too many wait already.
 */
export function passRequest ({ agent, lines, room, stay }: PassNeeds, request: FastifyRequest, reply: FastifyReply): void {
  const method = methods[request.method]
  if (method === undefined) throw new Error('A method came through which no route has.')
  const answered = room.wait(request)
  const passage = new Passage({ visit: visitOf(request), reply, lines, stay, answered })
  if (passage.hasLeft) {
    answered()
    reply.hijack()
    return
  }
  const body = request.body instanceof Readable ? readUpload(request.raw, reply.raw) : null
  agent.dispatch({ ...buildDeparture(request), method, body }, passage)
}

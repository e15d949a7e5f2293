// How does one request go to the app and its answer come back? In pieces, both ways, as they come.
import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Dispatcher } from 'undici'
import { buildAnsweredHeaders } from './answered-headers.ts'
import { prepareDeparture } from './departure.ts'
import type { Line, OpenLines } from './open-lines.ts'
import type { Room } from './room.ts'
import { readUpload } from './upload.ts'
import { toOutage } from './upstream-agent.ts'
import { type Visit, visitOf } from './visit.ts'

export interface PassNeeds {
  readonly agent: Dispatcher
  readonly lines: OpenLines
  readonly room: Pick<Room, 'waitFor'>
  /** What the visit stands on, and whether it still does. */
  readonly stay: (visit: Visit) => Pick<Line, 'grounds' | 'check'>
}

const LAST_WORD_MS = 1_000

/** @throws Outage `upstream-unreachable`, `upstream-timeout` while nothing has been answered yet. */
export async function passRequest ({ agent, lines, room, stay }: PassNeeds, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
  const departure = prepareDeparture(request, reply)
  const body = request.body instanceof Readable ? readUpload(request.raw, reply.raw) : null
  const answer = await room.waitFor(request, async () => await agent.request({ ...departure, method: request.method, body })).catch((error: unknown) => {
    // Nobody is left to be told.
    if (departure.signal.aborted) return null
    throw toOutage(error)
  })
  if (answer === null) {
    reply.hijack()
    return undefined
  }
  const { statusCode, headers, body: content } = answer
  // Whoever gives it up makes it fail, and a failure that nobody hears would end the process.
  content.on('error', () => {})
  if (statusCode < 200 || statusCode > 599) {
    content.destroy()
    throw toOutage(new Error('The app answered with a status that HTTP does not have.'))
  }
  const { upstream, scheme, host } = visitOf(request)
  reply.code(statusCode).headers(buildAnsweredHeaders(headers, upstream, `${scheme}://${host}`))
  void reply.send(content)
  // Without a length it may go on for as long as it likes, but not for longer than the sign-in.
  if (headers['content-length'] === undefined && !reply.raw.writableEnded) {
    const isEvents = [headers['content-type']].flat()[0]?.startsWith('text/event-stream') ?? false
    watch(reply, content, lines, stay(visitOf(request)), isEvents)
    // The first event may be an hour away; that the stream is open is news already.
    if (!reply.raw.headersSent) reply.raw.flushHeaders()
  }
  return reply
}

function watch (reply: FastifyReply, content: Readable, lines: OpenLines, stay: ReturnType<PassNeeds['stay']>, isEvents: boolean): void {
  let deadline: NodeJS.Timeout | undefined
  const forget = lines.add({
    ...stay,
    end (why) {
      // An answer that has an end of its own may come to it while the gateway goes down; events never do.
      if (why === 'closing' && !isEvents) return
      content.unpipe(reply.raw)
      // A page of events comes back after a clean end, and then meets the door. Any other answer has to be seen to be cut off.
      if (isEvents) reply.raw.end(() => { content.destroy() })
      else reply.raw.destroy()
      // Who does not read does not read the end either.
      deadline = setTimeout(() => { reply.raw.destroy() }, LAST_WORD_MS)
    }
  })
  reply.raw.once('close', () => {
    clearTimeout(deadline)
    forget()
  })
}

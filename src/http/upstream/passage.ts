// How does an app's answer come to the browser? Each piece is written on as it arrives; nothing stands in between that would hold it.
import type { FastifyReply } from 'fastify'
import type { Dispatcher } from 'undici'
import { type AnsweredHeaders, buildAnsweredHeaders } from './answered-headers.ts'
import type { Line, OpenLines } from './open-lines.ts'
import { toOutage } from './upstream-agent.ts'
import type { Visit } from './visit.ts'

export interface PassageNeeds {
  readonly visit: Visit
  readonly reply: FastifyReply
  readonly lines: Pick<OpenLines, 'add'>
  /** What the visit stands on, and whether it still does. */
  readonly stay: (visit: Visit) => Pick<Line, 'grounds' | 'check'>
  /** The app has answered, or never will. */
  readonly answered: () => void
}

interface Head {
  readonly status: number
  readonly headers: Record<string, string | string[]>
  readonly isEvents: boolean
}

const LAST_WORD_MS = 1_000
const SHORT_BYTES = 16_384
const left = new Error('The browser has left.')
const ended = new Error('The sign-in has ended.')

/**
 * One answer on its way. Of a class because every request has one: its methods are shared, and a page of 1 KB costs no stream.
 * An answer that has come whole with its head is written with it, in one piece.
 */
export class Passage implements Dispatcher.DispatchHandler {
  readonly #needs: PassageNeeds
  #controller: Dispatcher.DispatchController | null = null
  #head: Head | null = null
  /** The first piece, until it is known whether it is all. */
  #held: Buffer | null = null
  #begun = false
  #over = false
  #left = false
  #isWaiting = true
  #deadline: NodeJS.Timeout | undefined
  #forget: (() => void) | null = null

  constructor (needs: PassageNeeds) {
    this.#needs = needs
    const { raw } = needs.reply
    // It may have gone while the door was thinking.
    if (raw.closed) this.#left = true
    else raw.once('close', () => { this.#leave() })
  }

  /** Whether nobody is there any more to be answered. */
  get hasLeft (): boolean {
    return this.#left
  }

  onRequestStart (controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#left) controller.abort(left)
  }

  onResponseStart (controller: Dispatcher.DispatchController, status: number, said: AnsweredHeaders): void {
    // RFC 9110 §15.2: an interim answer; the one that counts comes behind it.
    if (status < 200) return
    if (status > 599) return controller.abort(new Error('The app answered with a status that HTTP does not have.'))
    this.#stopWaiting()
    const { visit, reply } = this.#needs
    const headers = buildAnsweredHeaders(said, visit.upstream, `${visit.scheme}://${visit.host}`)
    this.#head = { status, headers, isEvents: [said['content-type']].flat()[0]?.startsWith('text/event-stream') ?? false }
    reply.hijack()
    // For the log line, which asks the reply.
    reply.raw.statusCode = status
    // What came in the same packet is read before this runs, so that a short answer is one write.
    queueMicrotask(() => { this.#begin() })
  }

  onResponseData (controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const head = this.#head
    if (head === null || this.#over) return
    if (!this.#begun && this.#held === null && chunk.length <= SHORT_BYTES) {
      this.#held = chunk
      return
    }
    const { raw } = this.#needs.reply
    this.#goAhead(head)
    if (raw.write(chunk)) return
    controller.pause()
    raw.once('drain', () => { controller.resume() })
  }

  onResponseEnd (): void {
    const head = this.#head
    if (head === null || this.#over) return
    this.#over = true
    const { raw } = this.#needs.reply
    if (this.#begun) {
      raw.end()
      return
    }
    raw.writeHead(head.status, head.headers)
    // As text of one byte a character it goes out with the head, in one write: a buffer would be a second one.
    if (this.#held === null) raw.end()
    else raw.end(this.#held.toString('latin1'), 'latin1')
  }

  onResponseError (_controller: Dispatcher.DispatchController | null, error: Error): void {
    this.#stopWaiting()
    if (this.#over) return
    this.#over = true
    const { reply } = this.#needs
    if (this.#left) {
      if (this.#head === null) reply.hijack()
    } else if (this.#head === null) {
      reply.send(toOutage(error))
    } else {
      // Half an answer must not look like a whole one.
      reply.raw.destroy()
    }
  }

  #stopWaiting (): void {
    if (!this.#isWaiting) return
    this.#isWaiting = false
    this.#needs.answered()
  }

  #goAhead (head: Head): void {
    if (this.#begun) return
    this.#begun = true
    const { raw } = this.#needs.reply
    raw.writeHead(head.status, head.headers)
    if (this.#held === null) raw.flushHeaders()
    else raw.write(this.#held)
    this.#held = null
  }

  /** What has not come whole by now may take its time: the head goes ahead, for the first event may be an hour away. */
  #begin (): void {
    const head = this.#head
    if (head === null || this.#over || this.#left) return
    this.#goAhead(head)
    if (head.headers['content-length'] === undefined) this.#watch(head.isEvents)
  }

  /** Without a length it may go on for as long as it likes, but not for longer than the sign-in. */
  #watch (isEvents: boolean): void {
    const { visit, reply: { raw }, lines, stay } = this.#needs
    this.#forget = lines.add({
      ...stay(visit),
      end: why => {
        // An answer that has an end of its own may come to it while the gateway goes down; events never do.
        if (this.#over || (why === 'closing' && !isEvents)) return
        this.#over = true
        // A page of events comes back after a clean end, and then meets the door. Any other answer has to be seen to be cut off.
        if (isEvents) raw.end()
        else raw.destroy()
        this.#controller?.abort(ended)
        // Who does not read does not read the end either.
        this.#deadline = setTimeout(() => { raw.destroy() }, LAST_WORD_MS)
      }
    })
  }

  #leave (): void {
    clearTimeout(this.#deadline)
    this.#forget?.()
    if (this.#needs.reply.raw.writableFinished) return
    this.#left = true
    // Nobody waits for the answer any more, and the app may stop as well.
    this.#controller?.abort(left)
  }
}

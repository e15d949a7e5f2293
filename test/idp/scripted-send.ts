// A network as data: answers requests from a function and remembers what was asked.
import type { Send } from '../../src/idp/send.ts'
import type { Answer } from '../../src/oidc/answer.ts'

export interface ScriptedSend {
  readonly send: Send
  readonly urls: string[]
}

export function scriptSend (respond: (url: URL) => Answer | Promise<Answer>): ScriptedSend {
  const urls: string[] = []
  return {
    urls,
    async send (request) {
      urls.push(request.url)
      return await respond(new URL(request.url))
    }
  }
}

export function jsonAnswer (body: unknown, headers: Record<string, string> = {}): Answer {
  return { status: 200, contentType: 'application/json', headers, body: JSON.stringify(body) }
}

/** A clock that moves when told. */
export function createTestClock (): { now: () => Date, advance: (seconds: number) => void } {
  let time = Date.parse('2026-11-21T10:00:00Z')
  return { now: () => new Date(time), advance: seconds => { time += seconds * 1000 } }
}

// `/sessions/ended`: which tokens shall no longer be believed, for services that would rather ask once in a while than for each request.
import { Type } from 'typebox'
import { entityTag, isKnown } from '../../entity-tag.ts'
import { about, orNull, strict } from './schema-parts.ts'
import type { TypedApp } from './typed-app.ts'

export interface EndedSignInRoutesNeeds {
  readonly endedSignIns: {
    list (since: string | null, limit: number): Promise<{ readonly ended: readonly string[], readonly next: string | null, readonly more: boolean }>
  }
  /** How long the end of a sign-in is told: somewhat longer than the longest token lives. */
  readonly endedKeepSeconds: number
}

// A quarter of a megabyte. More than these at once is somebody ending everything.
const MAX_ENDED = 10_000

const Since = strict({
  since: Type.Optional(Type.String({ minLength: 1, maxLength: 128, description: '`next` of the last answer: only what has ended since. Without it, or where it names nothing any more, all that is worth knowing.' }))
})
const EndedAnswer = strict({
  ended: Type.Array(Type.String(), { description: `\`sid\`s of access tokens, in the order of their ends; at most ${MAX_ENDED}.` }),
  next: orNull(Type.String({ description: 'The `since` of the next question; null while nothing has ended.' })),
  more: Type.Boolean({ description: 'Whether to ask again at once, with `next`.' }),
  keepSeconds: Type.Integer({ description: 'How long to remember each of them. After that no token of it is alive.' })
})
const Unchanged = Type.Unsafe<undefined>({ type: 'null', description: 'As you have it.' })

export function endedSignInRoutes (app: TypedApp, { endedSignIns, endedKeepSeconds }: EndedSignInRoutesNeeds): void {
  const schema = { ...about('Sessions', 'listEndedSessions', 'List the sign-ins that have ended while tokens of theirs may be alive; made for polling, with ETag', 'read'), querystring: Since, response: { 200: EndedAnswer, 304: Unchanged } }
  app.get('/sessions/ended', { schema }, async (request, reply) => {
    const { ended, next, more } = await endedSignIns.list(request.query.since ?? null, MAX_ENDED)
    const answer = { ended: [...ended], next, more, keepSeconds: endedKeepSeconds }
    const etag = entityTag(JSON.stringify(answer))
    reply.header('etag', etag).header('cache-control', 'no-cache')
    if (isKnown(request, etag)) return await reply.code(304).send()
    return answer
  })
}

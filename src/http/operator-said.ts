// How is an operator told what has just been done? Once, on the page that follows, by a code that stands for a sentence of that page.
import type { Signer } from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { hashOf } from '../oidc/hash.ts'
import type { CookieScheme } from './attempt-cookies.ts'
import { findCookie } from './cookie-header.ts'

export type OperatorSaid = ReturnType<typeof createOperatorSaid>

const SECONDS = 60

export function createOperatorSaid (scheme: CookieScheme, signer: Signer) {
  const name = `${scheme.sessionName}-operator-said`
  const options = { path: '/', httpOnly: true, sameSite: 'strict', secure: scheme.secure } as const
  // For this session and this page alone: of two windows none tells what was done in the other.
  const place = (idHash: string, path: string) => hashOf(`said ${idHash} ${path}`)

  return {
    /** Goes on to the page, so that a reload asks for it again and does nothing again. */
    async leave (reply: FastifyReply, idHash: string, path: string, ...codes: readonly string[]): Promise<FastifyReply> {
      reply.setCookie(name, signer.sign(`${place(idHash, path)}.${codes.join('.')}`), { ...options, maxAge: SECONDS })
      return await reply.header('cache-control', 'no-store').redirect(path, 303)
    },

    /** @returns the sentences that were left for this page, or null; from now on they are gone. */
    take (request: FastifyRequest, reply: FastifyReply, idHash: string, path: string, sentences: Readonly<Record<string, string>>): string | null {
      const value = findCookie(request.headers.cookie, name)
      if (value === undefined) return null
      const read = signer.unsign(value)
      const [at, ...codes] = (read.valid ? read.value : '').split('.')
      if (at !== place(idHash, path)) return null
      reply.clearCookie(name, options)
      return codes.flatMap(code => Object.hasOwn(sentences, code) ? sentences[code] ?? [] : []).join(' ') || null
    }
  }
}

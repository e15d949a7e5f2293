// What do all pages of the operator need to know? Who is at them, what their key may do as of now, and that a form is from our own page.
import type { Signer } from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { OperatorSessionFlow } from '../flows/operator-session.ts'
import { Secret } from '../secret.ts'
import { checkScope, isGranted, type Operator, type Scope } from '../tenant/api-key.ts'
import type { By } from '../tenant/event.ts'
import { OPERATOR_LIFETIME_SECONDS } from '../tenant/operator-session.ts'
import { sendPage } from './answer-error.ts'
import type { CookieScheme } from './attempt-cookies.ts'
import { findCookie } from './cookie-header.ts'
import { buildFormToken, checkCsrfProof } from './guards/csrf-proof.ts'
import type { Look } from './pages/layout.ts'
import type { OperatorFrame } from './pages/operator/frame.ts'
import { createOperatorSaid } from './operator-said.ts'
import { formNumberField } from './pages/links.ts'
import { RequestRefusal } from './refusal.ts'
import { SpentForm } from './spent-form.ts'
import { readText } from './visitor.ts'

export interface OperatorDeskNeeds {
  readonly operatorSession: Pick<OperatorSessionFlow, 'enter' | 'newFormNumber' | 'useForm'>
  readonly look: Look
  readonly scheme: CookieScheme
  readonly signer: Signer
}

/** An operator at a page. */
export interface AtDesk {
  readonly operator: Operator
  readonly idHash: string
  /** Who and from where, for what is written down. */
  readonly by: By
  readonly frame: OperatorFrame
}

export type OperatorDesk = ReturnType<typeof createOperatorDesk>

// What we make has 43 characters; nothing else is looked for.
const secretForm = /^[A-Za-z0-9_-]{43}$/

export function createOperatorDesk ({ operatorSession, look, scheme, signer }: OperatorDeskNeeds) {
  const name = `${scheme.sessionName}-operator`
  // Strict: no link from elsewhere opens a page in an operator's name. Whoever follows one signs in, or clicks once more.
  const options = { path: '/', httpOnly: true, sameSite: 'strict', secure: scheme.secure } as const

  const held = (request: FastifyRequest): Secret | null => {
    const value = findCookie(request.headers.cookie, name)
    return value !== undefined && secretForm.test(value) ? new Secret(value) : null
  }

  const see = async (request: FastifyRequest, scope: Scope = 'read'): Promise<AtDesk> => {
    const id = held(request)
    const entered = id === null ? null : await operatorSession.enter(id)
    if (entered === null) throw new RequestRefusal('operator-session-over')
    const { operator, idHash } = entered
    request.outcome.actor = operator.actor
    checkScope(operator.scopes, scope)
    const may = { support: isGranted(operator.scopes, 'support'), admin: isGranted(operator.scopes, 'admin') }
    return { operator, idHash, by: { actor: operator.actor, address: request.ip }, frame: { ...look, operator: operator.name, may, formToken: buildFormToken(signer, idHash), formNumber: operatorSession.newFormNumber() } }
  }

  return {
    look,
    held,

    /** For a page that is looked at. @throws RequestRefusal `operator-session-over`, TenantRefusal `scope-missing` */
    see,

    /** For a request that changes something: it must be from a page of this very session. @throws RequestRefusal, TenantRefusal */
    async change (request: FastifyRequest, scope: Scope): Promise<AtDesk> {
      const at = await see(request, scope)
      checkCsrfProof(request, signer, at.idHash)
      return at
    },

    /**
     * Does what a form asks for that may be sent once; its number is spent before, so that two at once do it once.
     * @param page where a fresh one is. @returns null when it was sent before. @throws SpentForm with whatever came between
     */
    async once<T> (request: FastifyRequest, at: AtDesk, page: string, deed: () => Promise<T>): Promise<T | null> {
      try {
        if (await operatorSession.useForm(at, readText(request.body, formNumberField, 64))) return await deed()
      } catch (cause) {
        throw new SpentForm(page, cause)
      }
      request.outcome.code = 'form-sent-before'
      return null
    },

    said: createOperatorSaid(scheme, signer),

    give (reply: FastifyReply, id: Secret): void {
      reply.setCookie(name, id.reveal(), { ...options, maxAge: OPERATOR_LIFETIME_SECONDS })
    },

    clear (reply: FastifyReply): void {
      reply.clearCookie(name, options)
    },

    async send (reply: FastifyReply, page: string): Promise<FastifyReply> {
      return await sendPage(reply, page, [], { script: true })
    }
  }
}

/** The path of a page of these, as a link or a form may bring it back; null for whatever else it is. */
export function findOperatorPath (text: string | null): string | null {
  return text !== null && /^\/auth\/operator(?:\/[A-Za-z0-9-]+)*(?:\?[A-Za-z0-9=&%._~:+-]*)?$/.test(text) ? text : null
}

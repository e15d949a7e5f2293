// Who is at the operator's pages? Somebody who has shown a credential once; with every request it is asked whether that still holds.
import { hashOf, sameText } from '../oidc/hash.ts'
import { Secret } from '../secret.ts'
import { type ApiKey, BOOTSTRAP, type Operator, operatorBy } from '../tenant/api-key.ts'
import type { AuditEvent } from '../tenant/event.ts'
import { isId } from '../tenant/id.ts'
import { isOver, OPERATOR_LIFETIME_SECONDS, type OperatorSession } from '../tenant/operator-session.ts'

export interface OperatorSessionNeeds {
  readonly operatorSessions: {
    save (session: OperatorSession): Promise<boolean>
    find (idHash: string): Promise<{ readonly session: OperatorSession, readonly apiKey: ApiKey | null } | null>
    touch (idHash: string, now: Date): Promise<void>
    useForm (idHash: string, form: string): Promise<boolean>
    remove (idHash: string): Promise<void>
  }
  /** Whose credential it is; null for whatever opens nothing. */
  readonly findOperator: (credential: string) => Promise<Operator | null>
  readonly operatorToken: Secret | null
  readonly events: { save (event: AuditEvent, now: Date): Promise<void> }
  readonly now: () => Date
  readonly random: (bytes: number) => Uint8Array
}

export interface EnteredOperator {
  readonly operator: Operator
  readonly idHash: string
}

const MINUTE_MS = 60_000

export function operatorSession (needs: OperatorSessionNeeds) {
  const { operatorSessions, now } = needs

  const whose = ({ session, apiKey }: { session: OperatorSession, apiKey: ApiKey | null }, id: Secret): Operator | null => {
    if (apiKey !== null) return operatorBy(apiKey, now())
    const { operatorToken } = needs
    // Another token than the one that the session was opened with, or none any more.
    return operatorToken !== null && session.tokenHash !== null && sameText(session.tokenHash, together(id, operatorToken.reveal())) ? BOOTSTRAP : null
  }

  const enter = async (id: Secret): Promise<EnteredOperator | null> => {
    const idHash = hashOf(id.reveal())
    const found = await operatorSessions.find(idHash)
    if (found === null) return null
    const at = now()
    const operator = isOver(found.session, at) ? null : whose(found, id)
    if (operator === null) {
      await operatorSessions.remove(idHash)
      return null
    }
    if (at.getTime() - found.session.lastSeenAt.getTime() >= MINUTE_MS) await operatorSessions.touch(idHash, at)
    return { operator, idHash }
  }

  return {
    /** Takes what the browser holds; returns who that is, and with which scopes as of now. */
    enter,

    /** Takes a credential, once. @returns what the browser holds from now on, or null when the credential opens nothing. */
    async signIn (credential: string, address: string, former: Secret | null): Promise<Secret | null> {
      const operator = await needs.findOperator(credential)
      if (operator === null) return null
      const at = now()
      const id = new Secret(Buffer.from(needs.random(32)).toString('base64url'))
      const keyId = isId('apk', operator.actor) ? operator.actor : null
      const saved = await operatorSessions.save({
        idHash: hashOf(id.reveal()),
        keyId,
        tokenHash: keyId === null ? together(id, credential) : null,
        createdAt: at,
        lastSeenAt: at,
        expiresAt: new Date(at.getTime() + OPERATOR_LIFETIME_SECONDS * 1000)
      })
      if (!saved) return null
      if (former !== null) await operatorSessions.remove(hashOf(former.reveal()))
      await needs.events.save({ type: 'operator.signed-in', tenantId: null, actor: operator.actor, address, subject: operator.actor, details: { name: operator.name, scopes: operator.scopes } }, at)
      return id
    },

    /** The number of a form that may be sent once. */
    newFormNumber: (): string => Buffer.from(needs.random(16)).toString('base64url'),

    /** @returns whether that form is sent for the first time. A reload, a second click and what no form of ours holds are not. */
    async useForm ({ idHash }: Pick<EnteredOperator, 'idHash'>, form: string | null): Promise<boolean> {
      return form !== null && /^[\w-]{22}$/.test(form) && await operatorSessions.useForm(idHash, form)
    },

    async signOut ({ operator, idHash }: EnteredOperator, address: string): Promise<void> {
      await operatorSessions.remove(idHash)
      await needs.events.save({ type: 'operator.signed-out', tenantId: null, actor: operator.actor, address, subject: operator.actor }, now())
    }
  }
}

// The token may have been thought up by somebody, and its plain hash could be guessed from the table; the id of a session cannot.
function together (id: Secret, token: string): string {
  return hashOf(`${id.reveal()} ${token}`)
}

export type OperatorSessionFlow = ReturnType<typeof operatorSession>

// May this browser pass? The question that is asked before every request to an app.
import { checkConstraints, checkSession, type Constraints } from '../tenant/access.ts'
import type { App } from '../tenant/app.ts'
import { TenantRefusal, type TenantRefusalCode } from '../tenant/refusal.ts'
import type { LiveSession } from '../tenant/sign-in.ts'
import type { Secret } from '../secret.ts'
import type { IssuedToken } from '../token/issued-token.ts'
import type { IssueToken } from './issue-token.ts'
import type { OpenBearer } from './open-bearer.ts'

export interface OpenSessionNeeds {
  readonly sessions: {
    find (idHash: string): LiveSession | null | Promise<LiveSession | null>
    touch (idHash: string, session: LiveSession, now: Date): void
    /** Reads the session again, past any memory. */
    reload (idHash: string): Promise<LiveSession | null>
  }
  readonly now: () => Date
}

export interface Knock {
  /** Hash of the session id that the signed cookie held; null when there was none, or its signature was wrong. */
  readonly idHash: string | null
  readonly host: string
  /** Whether this counts as use, which keeps an idle session alive. */
  readonly touch: boolean
}

export type Opened =
  | { readonly kind: 'open', readonly session: LiveSession }
  | { readonly kind: 'closed', readonly code: TenantRefusalCode }

const notSignedIn: Opened = { kind: 'closed', code: 'not-signed-in' }

/** What one look says, with nothing begun and nothing noted: as every door must, of every session, from scratch. */
export function lookAt (session: LiveSession | null, host: string, now: Date): Opened {
  // A session counts on the host that it was made for, whatever cookie a sibling host or an attacker carried here.
  if (session === null || session.host !== host) return notSignedIn
  try {
    checkSession(session, now)
  } catch (error) {
    if (error instanceof TenantRefusal) return { kind: 'closed', code: error.code }
    throw error
  }
  return { kind: 'open', session }
}

/** Opens a session to whoever knocks. The answer is at hand, not promised, while the session is in memory. */
export function openSession (needs: OpenSessionNeeds) {
  const judge = (session: LiveSession | null, knock: Knock & { idHash: string }): Opened => {
    const now = needs.now()
    const opened = lookAt(session, knock.host, now)
    if (opened.kind === 'open' && knock.touch) needs.sessions.touch(knock.idHash, opened.session, now)
    return opened
  }

  // Another replica may have seen the person a moment ago: before somebody idle is turned away, the table is asked.
  const judgeTwice = (session: LiveSession | null, knock: Knock & { idHash: string }): Opened | Promise<Opened> => {
    const first = judge(session, knock)
    if (first.kind === 'open' || first.code !== 'session-expired') return first
    // Nothing that was seen elsewhere moves the absolute end.
    if (session === null || needs.now() >= session.signIn.expiresAt) return first
    return needs.sessions.reload(knock.idHash).then(again => judge(again, knock))
  }

  return function (knock: Knock): Opened | Promise<Opened> {
    const { idHash } = knock
    if (idHash === null) return notSignedIn
    const session = needs.sessions.find(idHash)
    return session instanceof Promise
      ? session.then(async found => await judgeTwice(found, { ...knock, idHash }))
      : judgeTwice(session, { ...knock, idHash })
  }
}

export type OpenSession = ReturnType<typeof openSession>

export type Access =
  | { readonly kind: 'allowed', readonly session: LiveSession, readonly issued: IssuedToken }
  | { readonly kind: 'refused', readonly code: TenantRefusalCode }

export interface AccessQuestion extends Knock {
  readonly app: App
  readonly constraints: Constraints
  /** One of our own access tokens, for callers without a cookie; null or left out when none was brought. */
  readonly bearer?: Secret | null
}

export interface CheckAccessNeeds {
  readonly openSession: OpenSession
  readonly openBearer: OpenBearer
  readonly issueToken: IssueToken
}

export function checkAccess (needs: CheckAccessNeeds) {
  const refuse = (error: unknown): Access => {
    if (error instanceof TenantRefusal) return { kind: 'refused', code: error.code }
    throw error
  }

  const pass = (opened: Opened, question: AccessQuestion): Access | Promise<Access> => {
    if (opened.kind === 'closed') return { kind: 'refused', code: opened.code }
    const { session } = opened
    try {
      checkConstraints(session, question.constraints)
    } catch (error) {
      return refuse(error)
    }
    const issued = needs.issueToken(session, question.app)
    return issued instanceof Promise
      ? issued.then(token => ({ kind: 'allowed', session, issued: token }), refuse)
      : { kind: 'allowed', session, issued }
  }

  // A cookie that opens comes first: it is what a browser means. A token is looked at where no cookie opens anything.
  const passOrShow = (opened: Opened, question: AccessQuestion): Access | Promise<Access> => {
    const { bearer } = question
    if (opened.kind === 'open' || bearer === undefined || bearer === null) return pass(opened, question)
    return needs.openBearer(bearer, question.app).then(async shown => await pass(shown, question))
  }

  return function (question: AccessQuestion): Access | Promise<Access> {
    const opened = needs.openSession(question)
    return opened instanceof Promise ? opened.then(async found => await passOrShow(found, question)) : passOrShow(opened, question)
  }
}

export type CheckAccess = ReturnType<typeof checkAccess>

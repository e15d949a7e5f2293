// What does an operator see when something is refused? What it was, what to do, and the way back; without a session, the way in.
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { OktaRefusal } from '../okta/refusal.ts'
import { Outage } from '../outage.ts'
import { TenantRefusal } from '../tenant/refusal.ts'
import { type AnswerError, sendPage } from './answer-error.ts'
import { failurePage } from './pages/failure.ts'
import type { Look } from './pages/layout.ts'
import { paths } from './paths.ts'
import { type ProblemCode, problems, statusOf } from './problems.ts'
import { RequestRefusal } from './refusal.ts'
import { SpentForm } from './spent-form.ts'
import { ValidationRefusal } from './validation.ts'
import { showsPages } from './visitor.ts'

export interface AnswerOperatorErrorNeeds {
  readonly look: Look
  readonly now: () => Date
  readonly answerError: AnswerError
}

export function answerOperatorError ({ look, now, answerError }: AnswerOperatorErrorNeeds) {
  return async function (thrown: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const spent = thrown instanceof SpentForm ? thrown : null
    const error = spent?.cause instanceof Error ? spent.cause : thrown
    if (!showsPages(request)) return await answerError(error, request, reply)
    const over = error instanceof RequestRefusal && error.code === 'operator-session-over'
    if (over && request.method === 'GET') {
      request.outcome.code = error.code
      return await reply.header('cache-control', 'no-store').redirect(signInFor(request.raw.url ?? ''), 303)
    }
    const [retryUrl, retryLabel] = spent !== null ? [spent.page, 'Open the page again'] : over ? [paths.operatorSignIn, 'Sign in'] : [paths.operator, 'Back to the overview']
    const pageOf = ({ headline, sentence, next }: Words, reference: string) => failurePage({ ...look, headline, sentence, actions: [{ who: 'you', text: next }], reference, at: now(), retryUrl, retryLabel })
    const refused = wordsOf(error)
    if (refused !== null) {
      request.outcome.code = refused.code
      return await sendPage(reply.code(statusOf(refused.code)), pageOf(refused, request.id))
    }
    const broken = brokenWords(error, spent !== null, request.method === 'GET')
    return await answerError(error, request, reply, broken === null ? undefined : reference => pageOf(broken, reference))
  }
}

interface Words { readonly headline: string, readonly sentence: string, readonly next: string }
interface RefusalWords extends Words { readonly code: ProblemCode }

const requestWords: Readonly<Partial<Record<ProblemCode, RefusalWords>>> = {
  'operator-session-over': { code: 'operator-session-over', headline: 'You are not signed in any more', sentence: 'The session was not used for a while, has reached its end, or its key was revoked. Nothing was changed.', next: 'Sign in, and do it once more.' },
  'csrf-proof-missing': { code: 'csrf-proof-missing', headline: 'This form is out of date', sentence: 'It is from before you signed in the last time. Nothing was changed.', next: 'Open the page again, and send it from there.' },
  'cross-site': { code: 'cross-site', headline: 'Another site sent this', sentence: 'It tried to do something in your name that only these pages may do. Nothing was changed.', next: 'If it was you, open the page here and do it there. If it was not, tell whoever looks after security.' },
  'validation-failed': { code: 'validation-failed', headline: 'The address or the form is not complete', sentence: 'Something in it is given twice, too long or missing. Nothing was changed.', next: 'Begin again from the overview.' }
}

function wordsOf (error: Error): RefusalWords | null {
  if (error instanceof ValidationRefusal) return { code: error.code, headline: 'Something in the form is not right', sentence: `${error.errors.map(({ message }) => message).join(' ')} Nothing was changed.`, next: 'Go back, correct it, and send it again.' }
  if (error instanceof RequestRefusal) return requestWords[error.code] ?? null
  if (!(error instanceof TenantRefusal) && !(error instanceof OktaRefusal)) return null
  const { code } = error
  const sentence = `${error.detail ?? problems[code].title} Nothing was changed.`
  if (code === 'scope-missing') return { code, headline: 'Your key may not do this', sentence, next: 'Sign in with a key that may, or ask a colleague who has one.' }
  if (code === 'not-found') return { code, headline: 'That is not there', sentence, next: 'Look for it from the overview: it may have been deleted, or the address is mistyped.' }
  return { code, headline: problems[code].title.replace(/\.$/, ''), sentence, next: 'Go back, look at what is there now, and decide again.' }
}

// Nobody was refused: we or the database broke off, maybe in the middle. What is not known must not be told as done, nor as not done.
function brokenWords (error: Error, spent: boolean, looking: boolean): Words | null {
  const silent = error instanceof Outage && error.code === 'database-unavailable'
  if (spent) {
    return {
      headline: 'It is not known whether that was done',
      sentence: `${silent ? 'Our own database did not answer' : 'Something went wrong on our side'} in the middle of it. The form that you sent may be used up: sending it again may do nothing.`,
      next: 'Open the page again in a minute, look what is there, and send the fresh form on it. What was made and never shown opens nothing for anybody.'
    }
  }
  if (!silent) return null
  return { headline: 'Our own database does not answer', sentence: 'It is nothing that you did, and usually passes within a minute.', next: looking ? 'Reload this page.' : 'Reload this page to send it once more. What was done already is not done a second time.' }
}

function signInFor (wanted: string): string {
  return wanted === paths.operator || wanted.length > 800 ? paths.operatorSignIn : `${paths.operatorSignIn}?next=${encodeURIComponent(wanted)}`
}

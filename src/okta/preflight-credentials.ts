// Does Okta take the gateway for who it is, and would it send people back? What the answers to requests that were bound to fail say.
import type { ProviderError } from '../oidc/refusal.ts'
import type { DiagnosisCode } from './diagnosis.ts'
import type { PreflightObservations, PreflightSubject } from './preflight-observations.ts'
import { outcomeOfDiagnosis } from './preflight-finding.ts'
import type { PreflightCheck, Tell } from './preflight-finding.ts'
import type { PreflightCode } from './preflight-words.ts'

// Told only to a client that was recognised: the code, the verifier and the redirect URI are looked at after the credentials.
const afterRecognition = ['code-expired', 'pkce-failed', 'code-of-another-client', 'redirect-uri-unregistered']

/** Whether the token endpoint knew who was asking. */
export function isRecognized (error: ProviderError, tell: Pick<Tell, 'diagnosed'>): boolean {
  return error.error.trim().toLowerCase() === 'invalid_grant' && afterRecognition.includes(tell.diagnosed(error) ?? '')
}

export function judgeCredentials ({ clientId, proofs }: PreflightSubject, { credentials }: PreflightObservations, tell: Tell): void {
  if (clientId === '' || proofs === 0) return tell('credentials', 'unknown', 'not-yet-filled-in')
  const [first, next] = credentials
  const nextTaken = next?.kind === 'said' && isRecognized(next.error, tell)
  // While a good one waits behind it, a secret that is refused keeps nobody out.
  judgeOne('credentials', 'credentials-accepted', first, nextTaken ? 'warning' : 'failed', tell)
  if (proofs > 1) judgeOne('next-credentials', 'next-secret-accepted', next, 'warning', tell)
}

function judgeOne (check: PreflightCheck, accepted: PreflightCode, seen: PreflightObservations['credentials'][number] | undefined, worst: 'warning' | 'failed', tell: Tell): void {
  if (seen === undefined) tell(check, 'unknown', 'not-reached')
  else if (seen.kind !== 'said') tell.unseen(check, seen)
  else if (isRecognized(seen.error, tell)) tell(check, 'ok', accepted)
  else {
    const code = tell.diagnosed(seen.error)
    if (code === 'redirect-uri-unregistered') tell(check, 'unknown', 'not-reached')
    else if (code !== null && outcomeOfDiagnosis(code) === 'failed') tell(check, worst, code)
    else tell(check, 'unknown', 'reason-unknown')
  }
}

/** Okta sends nobody to an address that it does not know; to one that it knows it sends even its errors. */
export function judgeRedirectUri ({ authorization: seen, credentials }: PreflightObservations, tell: Tell): void {
  const atToken = credentials.some(one => one.kind === 'said' && tell.diagnosed(one.error) === 'redirect-uri-unregistered')
  if (atToken) return tell('redirect-uri', 'failed', 'redirect-uri-unregistered')
  if (seen.kind === 'outage' || seen.kind === 'not-asked') return tell.unseen('redirect-uri', seen)
  if (seen.kind === 'unclear') return tell('redirect-uri', 'unknown', 'not-tellable')
  if (seen.kind === 'sent-back') return tell('redirect-uri', 'ok', 'redirect-uri-registered')
  const code = tell.diagnosed(seen.error)
  return code === 'redirect-uri-unregistered' ? tell('redirect-uri', 'failed', code) : tell('redirect-uri', 'unknown', 'not-tellable')
}

/** What Okta objected to in a request that it did send back, besides that nobody is signed in; null where it sent nothing. */
export function objectionOf ({ authorization: seen }: PreflightObservations, tell: Pick<Tell, 'diagnosed'>): DiagnosisCode | null {
  return seen.kind === 'sent-back' ? tell.diagnosed(seen.error ?? undefined) : null
}

const DAY_MS = 86_400_000
const thresholds = [[1, 'secret-expires-in-1-day'], [7, 'secret-expires-in-7-days'], [14, 'secret-expires-in-14-days'], [30, 'secret-expires-in-30-days']] as const

/** Nothing is said where nobody has written down a date, or where there is no secret in use. */
export function judgeExpiry ({ signs, secretExpiresAt }: PreflightSubject, now: Date, tell: Tell): void {
  if (signs || secretExpiresAt === null) return
  const days = (secretExpiresAt.getTime() - now.getTime()) / DAY_MS
  if (days <= 0) return tell('secret-expiry', 'warning', 'secret-expired')
  const near = thresholds.find(([within]) => days <= within)
  if (near === undefined) tell('secret-expiry', 'ok', 'secret-lasts')
  else tell('secret-expiry', 'warning', near[1])
}

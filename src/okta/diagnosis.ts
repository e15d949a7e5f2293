// What does Okta's error mean, who has to act, and where? The only place that reads message texts, because Okta tells
// several causes apart by nothing else. Error codes: OAuth 2.0 §4.1.2.1 and §5.2, OIDC Core §3.1.2.6, RFC 6750 §3.1.
import type { ProviderError } from '../oidc/refusal.ts'
import { oktaAdminRemedies } from './okta-admin-remedies.ts'
import { personRemedies } from './person-remedies.ts'
import type { DiagnosisContext, Remedy, RemedyText } from './remedy.ts'
import { buildWords } from './remedy.ts'
import { vendorRemedies } from './vendor-remedies.ts'

export type DiagnosisCode = keyof typeof personRemedies | keyof typeof oktaAdminRemedies | keyof typeof vendorRemedies

export interface Diagnosis extends Remedy {
  readonly code: DiagnosisCode
}

const remedies: Readonly<Record<DiagnosisCode, RemedyText>> = { ...personRemedies, ...oktaAdminRemedies, ...vendorRemedies }

/** Every code that a diagnosis can have. */
export const diagnosisCodes = Object.keys(remedies) as readonly DiagnosisCode[]

interface Sign {
  readonly code: DiagnosisCode
  /** The codes for which it holds; every code where left out. */
  readonly errors?: readonly string[]
  readonly where?: readonly ProviderError['where'][]
  /** Read in lower case. Tolerant, because Okta rewords its messages. */
  readonly text?: RegExp
}

// First match wins: telling texts before the codes that stand for several causes.
const signs: readonly Sign[] = [
  { code: 'rate-limited', errors: ['e0000047', 'http-429', 'slow_down', 'too_many_requests'] },
  { code: 'rate-limited', text: /exceeded (?:the |its )?(?:maximum number of requests|rate limit)|too many requests/ },
  { code: 'feature-not-licensed', errors: ['e0000015'] },
  { code: 'issuer-unknown', errors: ['e0000007'] },
  { code: 'issuer-unknown', errors: ['http-404'], where: ['discovery', 'keys', 'token'] },
  { code: 'provider-trouble', errors: ['server_error', 'temporarily_unavailable', 'e0000009', 'e0000010', 'http-500', 'http-502', 'http-503', 'http-504'] },
  { code: 'clock-skew', text: /issued in the future|created (?:before|after) the current time|not yet valid|clock skew/ },
  { code: 'logout-uri-unregistered', text: /post_logout_redirect_uri/ },
  { code: 'logout-hint-refused', text: /id_token_hint/ },

  { code: 'user-not-assigned', errors: ['access_denied'], text: /(?:not|n't|never|no longer)(?: \w+){0,3} assigned|unassigned|no assignment|user_not_assigned/ },
  { code: 'policy-denied', errors: ['access_denied'], text: /policy evaluation|access polic|no_matching_policy|no matching polic/ },
  { code: 'network-zone', errors: ['access_denied'], text: /network zone|permitted (?:network|ip)/ },
  { code: 'openid-scope-missing', errors: ['access_denied', 'invalid_scope', 'invalid_request'], text: /(?:require|must|need|missing|without).{0,40}\bopenid\b/ },
  { code: 'access-denied', errors: ['access_denied'] },

  { code: 'login-required', errors: ['login_required'] },
  { code: 'interaction-required', errors: ['interaction_required', 'consent_required', 'account_selection_required'] },
  { code: 'custom-scope-refused', errors: ['invalid_scope'], text: /custom scope/ },
  { code: 'scope-not-configured', errors: ['invalid_scope'] },
  { code: 'app-type-wrong', errors: ['unsupported_response_type', 'unauthorized_client', 'unsupported_response_mode', 'unsupported_grant_type'] },

  { code: 'assertion-key-unknown', errors: ['invalid_client', 'invalid_request', 'invalid_grant'], text: /\bkid\b|client_assertion.{0,60}\b(?:key|signature)\b/ },
  { code: 'request-malformed', errors: ['invalid_client'], text: /browser requests/ },
  { code: 'client-secret-wrong', errors: ['invalid_client'], text: /client[ _]secret/ },
  { code: 'client-id-unknown', errors: ['invalid_client', 'invalid_request'], text: /(?:invalid|unknown|no such|not found).{0,30}\bclient[ _]id\b|\bclient[ _]id\b.{0,30}(?:invalid|unknown|not found)/ },
  { code: 'client-id-unknown', errors: ['invalid_client', 'http-400'], where: ['discovery', 'keys', 'callback'] },
  { code: 'client-authentication-mismatch', errors: ['invalid_client'] },

  { code: 'pkce-failed', errors: ['invalid_grant'], text: /pkce|code[ _]verifier|code[ _]challenge/ },
  { code: 'code-of-another-client', errors: ['invalid_grant'], text: /(?:another|different|other) client|client_id/ },
  { code: 'redirect-uri-unregistered', errors: ['invalid_grant', 'invalid_request', 'e0000001'], text: /\bredirect[ _]uri\b/ },
  { code: 'redirect-uri-unregistered', errors: ['invalid_redirect_uri'] },
  { code: 'code-expired', errors: ['invalid_grant'] },

  { code: 'userinfo-token-refused', errors: ['invalid_token', 'e0000011', 'http-401'], where: ['userinfo'] },
  { code: 'userinfo-scope-missing', errors: ['insufficient_scope'] },
  { code: 'request-malformed', errors: ['invalid_request', 'e0000001', 'e0000003', 'request_not_supported', 'invalid_request_object'] }
]

/**
 * Takes what the provider said and the names for the sentences. Whatever it said, there is a diagnosis.
 * @returns the cause, who acts, and how; nothing of the provider's text is repeated, since in a callback anybody can write it.
 */
export function diagnose (error: ProviderError, context: DiagnosisContext): Diagnosis {
  return buildDiagnosis(recognize(error), context)
}

/** Takes a code that is known from elsewhere: a preflight, or `id-token-encrypted`. @returns its diagnosis. */
export function buildDiagnosis (code: DiagnosisCode, context: DiagnosisContext): Diagnosis {
  return { code, ...remedies[code](buildWords(context)) }
}

function recognize (error: ProviderError): DiagnosisCode {
  if (error.status === 429) return 'rate-limited'
  const code = fold(error.error)
  const text = fold(error.description ?? '')
  const sign = signs.find(({ errors, where, text: pattern }) =>
    (errors === undefined || errors.includes(code)) &&
    (where === undefined || where.includes(error.where)) &&
    (pattern === undefined || pattern.test(text)))
  if (sign !== undefined) return sign.code
  return error.status !== undefined && error.status >= 500 ? 'provider-trouble' : 'provider-refused'
}

// isn’t and isn't, one blank or two, are the same message.
function fold (text: string): string {
  return text.slice(0, 500).toLowerCase().replace(/[\u2018\u2019]/g, '\'').replace(/\s+/g, ' ').trim()
}

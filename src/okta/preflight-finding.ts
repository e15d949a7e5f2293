// What is one finding of a preflight? A check, how it went, and what whoever sets the connection up reads about it.
import type { ProviderError } from '../oidc/refusal.ts'
import { buildDiagnosis, diagnose } from './diagnosis.ts'
import type { DiagnosisCode } from './diagnosis.ts'
import { findHostKind } from './host.ts'
import type { PreflightObservations, PreflightSubject, Refused, Unseen } from './preflight-observations.ts'
import { preflightTexts } from './preflight-words.ts'
import type { PreflightCode, PreflightFacts } from './preflight-words.ts'
import { buildWords } from './remedy.ts'
import type { DiagnosisContext, Remedy } from './remedy.ts'

export const preflightChecks = ['organization', 'environment', 'authorization-server', 'client-id', 'issuer', 'endpoints', 'keys', 'scopes', 'credentials', 'next-credentials', 'redirect-uri', 'clock', 'secret-expiry', 'reachability'] as const
export const preflightOutcomes = ['ok', 'warning', 'failed', 'unknown'] as const

export type PreflightCheck = typeof preflightChecks[number]
export type PreflightOutcome = typeof preflightOutcomes[number]

export interface Finding {
  readonly check: PreflightCheck
  readonly outcome: PreflightOutcome
  readonly code: PreflightCode | DiagnosisCode
  readonly message: string
  /** What to change, and where; null where nothing has to be. */
  readonly remedy: string | null
}

interface Findings { readonly findings: readonly Finding[] }

export interface Tell {
  (check: PreflightCheck, outcome: PreflightOutcome, code: PreflightCode | DiagnosisCode, facts?: Partial<PreflightFacts>): void
  /** In the provider's own words where it said any, else by the code that is given. */
  refused (check: PreflightCheck, refused: Refused, fallback: PreflightCode): void
  unseen (check: PreflightCheck, unseen: Unseen): void
  /** What its words mean; null where there are none. */
  diagnosed (error: ProviderError | undefined): DiagnosisCode | null
}

// The provider did not decide, or not about this connection.
const undecided: readonly DiagnosisCode[] = ['rate-limited', 'provider-trouble', 'provider-refused', 'request-malformed']

/** What a diagnosis says about whether sign-ins work. */
export function outcomeOfDiagnosis (code: DiagnosisCode): 'failed' | 'unknown' {
  return undecided.includes(code) ? 'unknown' : 'failed'
}

/** An empty list, and the one way to add to it. */
export function beginFindings (subject: PreflightSubject, seen: PreflightObservations): { findings: readonly Finding[], tell: Tell } {
  const context: DiagnosisContext = { vendorName: subject.vendorName, issuer: subject.issuer, redirectUri: subject.redirectUri, clientKeysUri: subject.clientKeysUri, signs: subject.signs }
  const known = factsOf(subject, seen, context)
  const findings: Finding[] = []
  const diagnosed: Tell['diagnosed'] = error => error === undefined ? null : diagnose(error, context).code
  const say = (check: PreflightCheck, outcome: PreflightOutcome, code: PreflightCode | DiagnosisCode, facts: Partial<PreflightFacts> = {}): void => {
    findings.push({ check, outcome, code, ...word(code, { ...known, ...facts }, context) })
  }
  const tell: Tell = Object.assign(say, {
    refused (check: PreflightCheck, refused: Refused, fallback: PreflightCode) {
      const code = diagnosed(refused.provider)
      if (code === null) say(check, 'failed', fallback)
      else if (outcomeOfDiagnosis(code) === 'failed') say(check, 'failed', code)
      else say(check, 'unknown', 'reason-unknown')
    },
    unseen (check: PreflightCheck, unseen: Unseen) {
      if (unseen.kind === 'outage') say(check, 'unknown', 'provider-silent', { outage: unseen.code })
      else say(check, 'unknown', 'not-reached')
    },
    diagnosed
  })
  return { findings, tell }
}

function word (code: PreflightCode | DiagnosisCode, facts: PreflightFacts, context: DiagnosisContext): Pick<Finding, 'message' | 'remedy'> {
  if (isOwn(code)) return { message: preflightTexts[code].message(facts), remedy: preflightTexts[code].remedy?.(facts) ?? null }
  const { sentence, actions } = buildDiagnosis(code, context)
  // How much they disagree is known only here.
  const measure = code === 'clock-skew' && facts.skewSeconds > 0 ? ` The difference is about ${Math.round(facts.skewSeconds)} seconds.` : ''
  return { message: sentence + measure, remedy: firstToAct(actions) }
}

// Whoever reads a preflight can change Okta; what only the vendor can change comes second.
function firstToAct (actions: Remedy['actions']): string | null {
  return (['it-admin', 'vendor', 'you'] as const).map(who => actions.find(action => action.who === who)?.text).find(text => text !== undefined) ?? null
}

function isOwn (code: PreflightCode | DiagnosisCode): code is PreflightCode {
  return Object.hasOwn(preflightTexts, code)
}

function factsOf ({ issuer, publicUrl }: PreflightSubject, { organization, discovery, skewSeconds }: PreflightObservations, context: DiagnosisContext): PreflightFacts {
  const host = URL.parse(issuer)?.host ?? issuer
  return {
    ...buildWords(context),
    issuer,
    host,
    publicUrl,
    organizationHost: organization.kind === 'organization' ? new URL(organization.organization.url).host : host,
    saidIssuer: discovery.kind === 'other-issuer' ? discovery.issuer : issuer,
    skewSeconds: Math.abs(skewSeconds ?? 0),
    issuerSetting: findHostKind(issuer) === 'custom-domain' ? 'Custom URL' : 'Okta URL',
    outage: 'provider-unreachable'
  }
}

const weights: Readonly<Record<PreflightOutcome, number>> = { ok: 0, unknown: 0, warning: 1, failed: 2 }
const expiries: readonly string[] = ['secret-lasts', 'secret-expires-in-30-days', 'secret-expires-in-14-days', 'secret-expires-in-7-days', 'secret-expires-in-1-day', 'secret-expired']

/** Takes the last report, if any, and the new one. @returns what is worse than it was: new trouble, or a date that has come nearer. */
export function findWorse (before: Findings | null, after: Findings): readonly Finding[] {
  return after.findings.filter(finding => {
    if (weights[finding.outcome] === 0) return false
    const former = before?.findings.filter(({ check }) => check === finding.check) ?? []
    if (finding.check === 'secret-expiry') return former.every(({ code }) => expiries.indexOf(code) < expiries.indexOf(finding.code))
    return former.every(({ outcome }) => weights[outcome] < weights[finding.outcome])
  })
}

// Would a sign-in work, before anybody tries? What each probe answered, in; findings with what to change and where, out.
import type { OidcRefusalCode } from '../oidc/refusal.ts'
import type { DiagnosisCode } from './diagnosis.ts'
import { beginFindings } from './preflight-finding.ts'
import type { Finding, Tell } from './preflight-finding.ts'
import { judgeCredentials, judgeExpiry, judgeRedirectUri, objectionOf } from './preflight-credentials.ts'
import type { PreflightObservations, PreflightSubject } from './preflight-observations.ts'
import { findHostKind } from './host.ts'

export interface PreflightReport {
  /** Whether a test sign-in is worth trying: nothing failed, and nothing that decides was left open. */
  readonly passed: boolean
  readonly findings: readonly Finding[]
}

/** A report as it is kept: with when it was made. */
export interface KeptPreflight extends PreflightReport {
  readonly at: Date
}

const WARN_SKEW_SECONDS = 30
const FAIL_SKEW_SECONDS = 300
const decisive: readonly Finding['check'][] = ['organization', 'client-id', 'issuer', 'endpoints', 'keys', 'credentials']

/** Takes the connection's settings, what the probes saw and the time. @returns one finding or more for each check, in the order in which they are put right. */
export function buildPreflight (subject: PreflightSubject, seen: PreflightObservations, now: Date): PreflightReport {
  const { findings, tell } = beginFindings(subject, seen)
  judgeOrganization(subject, seen, tell)
  judgeDiscovery(subject, seen, tell)
  judgeScopes(subject, seen, tell)
  judgeCredentials(subject, seen, tell)
  judgeRedirectUri(seen, tell)
  judgeClock(seen, tell)
  judgeExpiry(subject, now, tell)
  tell('reachability', 'unknown', 'not-seen-from-outside')
  const failed = findings.some(({ outcome }) => outcome === 'failed')
  const open = findings.some(({ check, outcome }) => outcome === 'unknown' && decisive.includes(check))
  return { passed: !failed && !open, findings }
}

function judgeOrganization ({ issuer, development }: PreflightSubject, observations: PreflightObservations, tell: Tell): void {
  const { organization: seen } = observations
  if (seen.kind === 'outage' && seen.code === 'provider-unreachable') tell('organization', 'failed', 'host-unreachable')
  else if (seen.kind === 'outage') tell('organization', 'unknown', 'provider-silent', { outage: seen.code })
  else if (seen.kind === 'not-asked') tell('organization', 'unknown', 'not-reached')
  else if (seen.kind === 'none') tell('organization', 'failed', 'okta-organization-missing')
  else {
    const { url, alternate } = seen.organization
    const origin = URL.parse(issuer)?.origin
    if (origin === url) tell('organization', 'ok', 'organization-found')
    else tell('organization', alternate === origin ? 'ok' : 'warning', alternate === origin ? 'custom-domain-found' : 'custom-domain-unlinked')
  }
  if (!development && findHostKind(issuer) === 'preview') tell('environment', 'warning', 'preview-organization')
  const custom = URL.parse(issuer)?.pathname.startsWith('/oauth2/') ?? false
  if (objectionOf(observations, tell) === 'policy-denied') tell('authorization-server', 'failed', 'policy-denied')
  else tell('authorization-server', custom ? 'warning' : 'ok', custom ? 'custom-server' : 'organization-server')
}

function judgeDiscovery (subject: PreflightSubject, seen: PreflightObservations, tell: Tell): void {
  const { discovery, keys, organization } = seen
  const empty = subject.clientId === ''
  if (discovery.kind === 'metadata') {
    if (empty) for (const check of ['client-id', 'issuer'] as const) tell(check, 'unknown', 'not-yet-filled-in')
    else {
      if (objectionOf(seen, tell) === 'app-type-wrong') tell('client-id', 'failed', 'app-type-wrong')
      else tell('client-id', 'ok', 'client-id-known')
      tell('issuer', discovery.dynamic ? 'warning' : 'ok', discovery.dynamic ? 'issuer-dynamic' : 'issuer-matches')
    }
    tell('endpoints', discovery.s256 ? 'ok' : 'warning', discovery.s256 ? 'endpoints-complete' : 'pkce-not-offered')
    judgeKeys(keys, tell)
    return
  }
  if (discovery.kind === 'other-issuer') {
    if (empty) tell('client-id', 'unknown', 'not-yet-filled-in')
    else tell('client-id', 'ok', 'client-id-known')
    const linked = organization.kind === 'organization' && organization.aliases.includes(discovery.issuer)
    tell('issuer', 'failed', linked ? 'issuer-differs' : 'issuer-foreign')
  } else {
    const about = discovery.kind === 'refused' && tell.diagnosed(discovery.provider) === 'client-id-unknown' ? 'client-id' : 'endpoints'
    if (about === 'endpoints') tell('client-id', 'unknown', empty ? 'not-yet-filled-in' : 'not-reached')
    if (discovery.kind === 'refused') tell.refused(about, discovery, fallbackOf(discovery.code))
    else tell.unseen(about, discovery)
    tell('issuer', 'unknown', 'not-reached')
    if (about === 'endpoints') return tell('keys', 'unknown', 'not-reached')
  }
  tell('endpoints', 'unknown', 'not-reached')
  tell('keys', 'unknown', 'not-reached')
}

function fallbackOf (code: OidcRefusalCode) {
  return code === 'discovery-endpoint-foreign' || code === 'discovery-unsupported' ? code : 'discovery-malformed'
}

function judgeKeys (keys: PreflightObservations['keys'], tell: Tell): void {
  if (keys.kind === 'readable') tell('keys', 'ok', 'keys-readable')
  else if (keys.kind === 'refused') tell.refused('keys', keys, 'keys-unreadable')
  else tell.unseen('keys', keys)
}

// The organization's own server takes no scope but its own; a custom one keeps its list to itself, but never has groups.
function judgeScopes ({ issuer, scopes }: PreflightSubject, seen: PreflightObservations, tell: Tell): void {
  const { discovery } = seen
  const objection = objectionOf(seen, tell)
  if (objection === 'scope-not-configured' || objection === 'custom-scope-refused') return tell('scopes', 'failed', objection)
  if (discovery.kind !== 'metadata' || discovery.scopes === null) return
  const { scopes: offered } = discovery
  const custom = URL.parse(issuer)?.pathname.startsWith('/oauth2/') ?? false
  const missing = scopes.filter(scope => !offered.includes(scope) && (!custom || scope === 'groups'))
  const code: DiagnosisCode = custom ? 'scope-not-configured' : 'custom-scope-refused'
  if (missing.length === 0) tell('scopes', 'ok', 'scopes-offered')
  else tell('scopes', 'failed', code)
}

function judgeClock ({ skewSeconds }: PreflightObservations, tell: Tell): void {
  if (skewSeconds === null) return tell('clock', 'unknown', 'not-tellable')
  const size = Math.abs(skewSeconds)
  if (size <= WARN_SKEW_SECONDS) tell('clock', 'ok', 'clocks-agree')
  else tell('clock', size > FAIL_SKEW_SECONDS ? 'failed' : 'warning', 'clock-skew')
}

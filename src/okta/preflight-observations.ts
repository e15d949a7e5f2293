// What did the probes of a preflight see? Answers as data, already told apart from refusals and outages.
import type { OidcRefusalCode, ProviderError } from '../oidc/refusal.ts'
import type { OutageCode } from '../outage.ts'
import type { OktaOrganization } from './organization.ts'

/** What a probe did not tell: no answer, or nobody asked because what comes before had already failed. */
export type Unseen = { readonly kind: 'outage', readonly code: OutageCode } | { readonly kind: 'not-asked' }

/** A provider that said no in its own words, or a rule of ours that its answer breaks. */
export interface Refused { readonly kind: 'refused', readonly code: OidcRefusalCode, readonly provider?: ProviderError | undefined }

/** What is checked, and the names for the sentences. */
export interface PreflightSubject {
  readonly vendorName: string
  readonly publicUrl: string
  readonly issuer: string
  /** Empty until the app has been made. */
  readonly clientId: string
  readonly signs: boolean
  readonly scopes: readonly string[]
  /** How many secrets there are to try; with a signature, one proof. */
  readonly proofs: number
  readonly redirectUri: string
  readonly clientKeysUri: string
  readonly secretExpiresAt: Date | null
  /** A stand-in on the developer's machine, about whose name nothing is said. */
  readonly development: boolean
}

export interface PreflightObservations {
  readonly organization: { readonly kind: 'organization', readonly organization: OktaOrganization, readonly aliases: readonly string[] } | { readonly kind: 'none' } | Unseen
  readonly discovery:
    | { readonly kind: 'metadata', readonly s256: boolean, readonly scopes: readonly string[] | null, /** It names itself by whichever address it is asked at. */ readonly dynamic: boolean }
    | { readonly kind: 'other-issuer', readonly issuer: string }
    | Refused | Unseen
  readonly keys: { readonly kind: 'readable' } | Refused | Unseen
  /** For each proof what the token endpoint said to a code that nobody gave out. */
  readonly credentials: readonly ({ readonly kind: 'said', readonly error: ProviderError } | Unseen)[]
  /** What became of a request that nobody could answer: sent back to us, or stopped there. */
  readonly authorization: { readonly kind: 'sent-back', readonly error: ProviderError | null } | { readonly kind: 'stopped', readonly error: ProviderError } | { readonly kind: 'unclear' } | Unseen
  /** Ours minus theirs; null where no answer bore a date. */
  readonly skewSeconds: number | null
}

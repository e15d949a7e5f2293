// By which code is a failed login known, on its page, in its story and in the log?
import { diagnose, type DiagnosisCode } from '../okta/diagnosis.ts'
import { OidcRefusal, type OidcRefusalCode } from '../oidc/refusal.ts'
import { Outage, type OutageCode } from '../outage.ts'
import type { Purpose, Step } from '../tenant/attempt.ts'
import type { Connection } from '../tenant/connection.ts'
import { TenantRefusal, type TenantRefusalCode } from '../tenant/refusal.ts'
import type { Tenant } from '../tenant/tenant.ts'

export type ExpectedError = OidcRefusal | TenantRefusal | Outage
export type LoginFailureCode = OidcRefusalCode | TenantRefusalCode | OutageCode | DiagnosisCode

/** A login that ended without a session, and what its page needs to tell. */
export interface EndedLogin {
  readonly kind: 'ended'
  readonly error: ExpectedError
  readonly code: LoginFailureCode
  readonly reference: string
  readonly tenant: Tenant | null
  readonly connection: Connection | null
  /** Left out where no attempt is known. */
  readonly purpose?: Purpose['kind']
}

/** Whether this is a refusal or an outage: foreseen, and told to the person. Anything else is our own fault. */
export function isExpected (error: unknown): error is ExpectedError {
  return error instanceof OidcRefusal || error instanceof TenantRefusal || error instanceof Outage
}

/** The most telling code: what the provider's words mean, where it said any. */
export function codeOf (error: ExpectedError): LoginFailureCode {
  if (error instanceof OidcRefusal && error.provider !== undefined) {
    return diagnose(error.provider, { vendorName: '', issuer: '' }).code
  }
  return error.code
}

/** Ours to bear (`failed`) or somebody's rule (`refused`). */
export function outcomeOf (error: ExpectedError): 'refused' | 'failed' {
  return error instanceof Outage ? 'failed' : 'refused'
}

/** The last step of a story that ended badly: codes and the provider's own words, which support needs. */
export function failureStep (error: ExpectedError, at: Date): Step {
  const provider = error instanceof OidcRefusal ? error.provider : undefined
  const requestId = error instanceof Outage ? error.providerRequestId : provider?.requestId
  return {
    at,
    name: outcomeOf(error),
    detail: {
      code: codeOf(error),
      ...(error.code === codeOf(error) ? {} : { rule: error.code }),
      ...('detail' in error && error.detail !== undefined ? { detail: error.detail } : {}),
      ...(provider === undefined ? {} : { providerError: provider.error, providerSaid: provider.description ?? null, where: provider.where }),
      ...(requestId === undefined ? {} : { providerRequestId: requestId })
    }
  }
}

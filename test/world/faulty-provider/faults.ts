// What may go wrong at a provider? One plain object per endpoint; a test sets it before the request that it is meant for.

/** Trouble below the protocol. Only `answer` and `redirect` come instead of the work: with all others it is done and its answer spoiled. */
export type Mishap =
  | { kind: 'answer', status: number, contentType?: string, headers?: Record<string, string>, body?: string }
  | { kind: 'redirect', to: string }
  | { kind: 'hang' } // takes the request, does the work, never answers
  | { kind: 'reset' } // breaks off in mid-body
  | { kind: 'drip' } // slow loris: a byte now and then, for ever
  | { kind: 'endless' } // a body that never ends, as fast as it is read
  | { kind: 'huge', bytes: number }
  | { kind: 'gzip' } // compressed, asked or not
  | { kind: 'gzip-bomb', bytes: number } // that many bytes once inflated
  | { kind: 'not-http' }

/** Named refusals of the token and userinfo endpoints, in Okta's words. */
export type Refusal =
  | 'invalid-client'
  | 'invalid-client-envelope' // the Okta envelope, errorCode for error
  | 'invalid-grant'
  | 'network-zone'
  | 'busy' // 429 with X-Rate-Limit-Reset
  | 'unavailable' // 503
  | 'invalid-token' // 401 of userinfo
  | 'insufficient-scope' // 403 of userinfo
  | 'broken' // 500

interface Spoilt {
  mishap?: Mishap
  refusal?: Refusal
  /** Set or replaced in the JSON answer. */
  members?: Record<string, unknown>
  /** Left out of the JSON answer. */
  omit?: readonly string[]
}

export interface Faults {
  discovery?: Spoilt
  keys?: Spoilt & { serve?: 'none' | 'without-kid' | 'two-without-kid' | 'encryption-only' | 'duplicate-kid' | 'foreign' }
  authorize?: {
    mishap?: Mishap
    /** Set in the way back; null leaves one out. */
    parameters?: Record<string, string | null>
    /** Names that appear twice. */
    twice?: readonly string[]
    formPost?: true
  }
  token?: Spoilt
  idToken?: {
    claims?: Record<string, unknown>
    omit?: readonly string[]
    header?: Record<string, unknown>
    /** The payload as text, for what no object can say, such as a name that appears twice. */
    payload?: string
    signature?: 'foreign' | 'client-secret' | 'public-key' | 'pss' | 'none' | 'corrupted'
    /** Five parts, as an app with ID token encryption gets. */
    encrypted?: true
  }
  userinfo?: Spoilt & { signed?: true }
}

/** Takes the faults for one request and those for all; returns the one that counts now. One for a single request is used up. */
export function takeFault<Name extends keyof Faults> (next: Faults, always: Faults, name: Name): Faults[Name] {
  const fault = next[name] ?? always[name]
  delete next[name]
  return fault
}

/** Returns a copy of the members with the fault's changes. */
export function spoil (members: Readonly<Record<string, unknown>>, fault: { members?: Record<string, unknown>, omit?: readonly string[] } = {}): Record<string, unknown> {
  const spoilt = { ...members, ...fault.members }
  for (const name of fault.omit ?? []) delete spoilt[name]
  return spoilt
}

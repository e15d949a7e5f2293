// What does somebody read whose sign-in failed? What happened, who can change it, and what exactly that person does.
import { buildDiagnosis, diagnosisCodes, type DiagnosisCode } from '../okta/diagnosis.ts'
import type { LoginFailureCode } from '../flows/login-failure.ts'
import type { Explanation, Write } from './explanation.ts'
import { policyExplanations } from './policy-explanations.ts'
import { distrusted, protocolExplanations } from './protocol-explanations.ts'

export interface ExplanationContext {
  readonly vendorName: string
  /** Null when no connection is known. */
  readonly issuer: string | null
}

const diagnosed = new Set<string>(diagnosisCodes)
const worded: Readonly<Record<string, Write>> = { ...protocolExplanations, ...policyExplanations }

/** Whether a code is about signing in and has words of its own. */
export function isExplained (code: string): boolean {
  return diagnosed.has(code) || Object.hasOwn(worded, code)
}

/** Every code has words; those without their own are told as what they are to the person: something that support has to look at. */
export function explain (code: LoginFailureCode | (string & {}), { vendorName, issuer }: ExplanationContext): Explanation {
  if (diagnosed.has(code)) {
    const { headline, sentence, actions, retry } = buildDiagnosis(code as DiagnosisCode, { vendorName, issuer: issuer ?? '' })
    return { headline, sentence, actions, retry }
  }
  const write = isExplained(code) ? worded[code] : undefined
  return (write ?? distrusted)(vendorName)
}

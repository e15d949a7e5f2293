// Is the provider in trouble, or is this its word? 429, 5xx and HTML where JSON belongs are trouble.
import { Outage } from '../outage.ts'
import type { Answer } from './answer.ts'
import { requestIdOf } from './provider-error.ts'

const longestWaitSeconds = 3600

/**
 * Takes an answer and, where there is a clock, the current time; returns the outage that the answer stands for, or
 * null when the provider said something that can be read.
 */
export function outageOf (answer: Answer, now: Date | null): Outage | null {
  if (answer.status === 429) {
    return new Outage('provider-busy', { retryAfterSeconds: waitSeconds(answer, now), providerRequestId: requestIdOf(answer) })
  }
  const htmlForJson = answer.status < 300 && (answer.contentType === 'text/html' || answer.contentType === 'application/xhtml+xml')
  return answer.status >= 500 || htmlForJson ? providerErrorOutage(answer) : null
}

/** The outage of a provider that answered, but not sensibly. */
export function providerErrorOutage (answer: Answer): Outage {
  return new Outage('provider-error', { providerRequestId: requestIdOf(answer) })
}

function waitSeconds (answer: Answer, now: Date | null): number | undefined {
  const retryAfter = wholeNumber(answer.headers['retry-after'])
  if (retryAfter !== null) return clamp(retryAfter)
  const resetAt = wholeNumber(answer.headers['x-rate-limit-reset'])
  return resetAt === null || now === null ? undefined : clamp(Math.ceil(resetAt - now.getTime() / 1000))
}

function wholeNumber (text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null
}

function clamp (seconds: number): number {
  return Math.min(Math.max(seconds, 1), longestWaitSeconds)
}

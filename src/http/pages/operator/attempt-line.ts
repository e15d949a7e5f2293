// How is one login told in a line? How it ended and when, with the way to its story.
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { links } from '../links.ts'
import { utcWords } from '../reference.ts'

export interface AttemptLine {
  readonly reference: string
  readonly outcome: 'started' | 'signed-in' | 'tested' | 'refused' | 'failed'
  /** Why it ended badly, in our own words; null where it did not. */
  readonly words: string | null
  readonly who: string | null
  readonly startedAt: Date
}

const marks = {
  started: ['wait', '…', 'has not come back from Okta'],
  'signed-in': ['ok', '✓', 'signed in'],
  tested: ['ok', '✓', 'a test, passed'],
  refused: ['no', '✕', 'refused'],
  failed: ['no', '✕', 'failed']
} as const

export function attemptLine ({ reference, outcome, words, who, startedAt }: AttemptLine): Html {
  const [kind, mark, word] = marks[outcome]
  return html`
<li class="${kind}"><span aria-hidden="true">${mark}</span><a href="${links.operator}/attempts/${reference}">${words ?? word}</a><time datetime="${startedAt.toISOString()}">${utcWords(startedAt)}</time><small>${who !== null && html`<bdi>${who}</bdi> · `}${reference}</small></li>`
}

/** How it ended, in words. */
export function outcomeWords (outcome: AttemptLine['outcome']): string {
  return marks[outcome][2]
}

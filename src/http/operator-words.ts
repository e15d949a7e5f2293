// How is a login told to an operator? By what its code means, in the third person.
import type { AttemptStory } from '../tenant/attempt.ts'
import type { AttemptLine } from './pages/operator/attempt-line.ts'
import { problems } from './problems.ts'

const titles: Readonly<Record<string, { readonly title: string } | undefined>> = problems

/** What a code means; the code itself where an older version had one that is not known any more. */
export function wordsOfCode (code: string): string {
  return (Object.hasOwn(titles, code) ? titles[code]?.title.replace(/\.$/, '') : undefined) ?? code
}

export function lineOf ({ reference, outcome, code, loginHint, startedAt }: AttemptStory): AttemptLine {
  return { reference, outcome, words: code === null || outcome === 'signed-in' ? null : wordsOfCode(code), who: loginHint, startedAt }
}

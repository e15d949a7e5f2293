// What did we change in what an admin typed? Said aloud, so that nobody wonders where the value came from.

const sentences = {
  'characters-dropped': 'Spaces, quotes and stray punctuation around the address were left out.',
  'scheme-added': 'https:// was added.',
  'scheme-corrected': 'The beginning of the address was corrected to https://.',
  'scheme-upgraded': 'http:// was changed to https://, the only way Okta is reached.',
  'admin-host-dropped': 'That is the address of the Okta Admin Console. The organization’s own address, without -admin, is used.',
  'path-dropped': 'What followed the address was left out.',
  'trailing-slash-dropped': 'The slash at the end was left out: Okta’s issuer has none.',
  'trailing-dot-dropped': 'The dot at the end was left out.',
  'lower-cased': 'The host name was written in lower case.',
  'international-name-encoded': 'The host name was written in its ASCII form, as Okta does.'
} as const

export type CorrectionCode = keyof typeof sentences

export interface Correction {
  readonly code: CorrectionCode
  readonly sentence: string
}

/** Takes codes, each at most once in the result. @returns them with the sentence for the admin. */
export function buildCorrections (codes: Iterable<CorrectionCode>): readonly Correction[] {
  return [...new Set(codes)].map(code => ({ code, sentence: sentences[code] }))
}

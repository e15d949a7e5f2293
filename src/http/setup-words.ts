// What does somebody read whose setup cannot go on? What has happened to the link, and what to ask for.
import type { TenantRefusalCode } from '../tenant/refusal.ts'
import { type Action, vendorDoes, you } from './explanation.ts'

export interface SetupWords {
  readonly headline: string
  readonly sentence: string
  readonly actions: readonly Action[]
}

const askForNew = you('Ask whoever sent you the link for a new one. What was done so far is kept, and the new link goes on with it.')
const makeNew = vendorDoes('Make a new setup link for this company.')

export const setupWords = {
  'setup-link-unknown': { headline: 'This link leads nowhere', sentence: 'It was copied incompletely, or it is so old that nothing is known of it any more.', actions: [you('Copy the whole link from the message that it came in.'), makeNew] },
  'setup-link-revoked': { headline: 'This link was taken back', sentence: 'Whoever made it has ended it, so it opens nothing any more. Nothing was changed.', actions: [askForNew, makeNew] },
  'setup-link-opened': { headline: 'This link was opened already', sentence: 'Each link opens once, in one browser. If that was you, go on there; if it was not, tell whoever sent it.', actions: [you('Go on in the browser in which it was opened.'), askForNew, makeNew] },
  'setup-link-expired': { headline: 'This link has expired', sentence: 'It was not opened in time. Nothing was changed.', actions: [askForNew, makeNew] },
  'setup-session-over': { headline: 'No setup is open in this browser', sentence: 'It was begun in another browser, its time is over, or its link was taken back.', actions: [you('Go on in the browser in which you opened the link.'), askForNew] },
  'setup-part-only': { headline: 'This link is for the domains only', sentence: 'A colleague has handed you one step of the setup. The others stay with them.', actions: [you('Go back to the domains.')] },
  'setup-live-locked': { headline: 'This link may not change what is in use', sentence: 'People sign in through this connection. With this link it can be looked at and tested. Nothing was changed.', actions: [you('Ask for a link that may change it.'), vendorDoes('Make a setup link that may change a live connection.')] },
  'setup-edited-meanwhile': { headline: 'Somebody else has changed this meanwhile', sentence: 'What you saved would have undone it, so it was not saved.', actions: [you('Go back, look at what is there now, and save again if yours is still right.')] }
} satisfies Partial<Record<TenantRefusalCode, SetupWords>>

export type SetupRefusalCode = keyof typeof setupWords

export function isAboutSetup (code: string): code is SetupRefusalCode {
  return Object.hasOwn(setupWords, code)
}

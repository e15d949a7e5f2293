// How is each step of a login told to an operator? In words, and with the facts that were written down.
import type { Door, Step, StepName } from '../tenant/attempt.ts'
import type { StoryStep } from './pages/operator/story.ts'

export const doorWords: Readonly<Record<Door, string>> = {
  login: 'the sign-in page',
  initiate: 'a tile of their dashboard',
  'initiate-by-issuer': 'a tile of their dashboard (catalogue app)',
  setup: 'a test in the setup',
  invitation: 'an invitation'
}

const words: Readonly<Record<StepName, string>> = {
  asked: 'Came to the door',
  'connection-found': 'The customer’s connection was found',
  'provider-known': 'Okta’s settings are known',
  'sent-to-okta': 'Sent to Okta',
  'came-back': 'Came back from Okta',
  'callback-checked': 'Okta’s answer belongs to this sign-in',
  'code-redeemed': 'Okta took the code and told who it is',
  'secret-promoted': 'The first client secret was refused, the second was not: it is the first now',
  'id-token-verified': 'Okta’s signature is right',
  'userinfo-read': 'Okta told more about the person',
  'member-known': 'A member who has signed in before',
  'member-linked': 'Linked to the member with that address',
  'member-created': 'A new member was made',
  'groups-read': 'Their groups were compared with the roles that follow from them',
  'email-differs': 'Okta knows them by another address',
  rehearsed: 'A test: nobody was signed in',
  'return-to-dropped': 'The page that was wanted is none of an app’s, so they were sent home',
  'signed-in': 'Signed in',
  'came-back-again': 'The same answer of Okta came again',
  refused: 'Refused',
  failed: 'Failed'
}

export function tellStep ({ at, name, milliseconds, detail = {} }: Step): StoryStep {
  return {
    at,
    // A story may be older than the list.
    words: Object.hasOwn(words, name) ? words[name] : name,
    bad: name === 'refused' || name === 'failed',
    milliseconds: milliseconds === undefined ? null : Math.round(milliseconds),
    facts: Object.entries(detail).filter(([, value]) => value !== null).map(([fact, value]) => [fact, typeof value === 'object' && value !== null ? value.join(', ') : String(value)])
  }
}

// How are the words for a failed sign-in put together? From a headline, a sentence, and who does what.

export interface Action {
  readonly who: 'you' | 'it-admin' | 'vendor'
  readonly text: string
}

export interface Explanation {
  readonly headline: string
  readonly sentence: string
  readonly actions: readonly Action[]
  /** Whether trying again can help before anybody has changed anything. */
  readonly retry: boolean
}

/** Takes the vendor's name as people know it. */
export type Write = (vendor: string) => Explanation

export const you = (text: string): Action => ({ who: 'you', text })
export const admin = (text: string): Action => ({ who: 'it-admin', text })
export const vendorDoes = (text: string): Action => ({ who: 'vendor', text })

export const startAgain = you('Start again from the sign-in page or from your Okta dashboard.')
export const sendReference = you('Send this page’s reference to your IT team.')
export const appSettings = (vendor: string, what: string): Action => admin(`Okta Admin Console → Applications → Applications → ${vendor} → ${what}`)
export const askSupport = vendorDoes('Support finds the details of this sign-in under the reference below.')

// What if Okta and the product keep sending a person back and forth? We stop, say so, and let them decide to go on.
import { failurePage } from './failure.ts'
import type { Look } from './layout.ts'
import { buildMessageForIt } from './message-for-it.ts'
import type { Action } from './who-acts.ts'

export interface Loop extends Look {
  readonly continueUrl: string
  readonly reference: string
  readonly at: Date
  /** Replaces the usual advice where more is known. */
  readonly actions?: readonly Action[] | undefined
  readonly footer?: string | undefined
}

const advice: readonly Action[] = [
  { who: 'you', text: 'Continue once. If you come back to this page, allow cookies for this site, or try a private window.' },
  { who: 'it-admin', text: 'Okta Admin Console → Applications → the app → General → Login: set the initiate login URI to the one shown in the setup, and the login flow to “Redirect to app to initiate login (OIDC Compliant)”.' },
  { who: 'vendor', text: 'Support finds this sign-in by the reference below.' }
]

/** Takes where to go on; returns the page that breaks the circle. */
export function loopPage (data: Loop): string {
  const told = {
    brand: data.brand,
    headline: 'You seem to be going in circles',
    sentence: `You were sent back and forth between Okta and ${data.brand.name} several times in a row, so we stopped. Nothing is wrong with your account.`,
    actions: data.actions ?? advice,
    reference: data.reference,
    at: data.at
  }
  return failurePage({
    ...told,
    assets: data.assets,
    retryUrl: data.continueUrl,
    retryLabel: 'Continue',
    messageForIt: buildMessageForIt(told),
    footer: data.footer
  })
}

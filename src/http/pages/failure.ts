// What does a person see whose sign-in did not work? What happened, who can fix it, and how to be found again.
import { html } from './html.ts'
import type { Html } from './html.ts'
import { page } from './layout.ts'
import type { Look } from './layout.ts'
import { messageForItBlock } from './message-for-it.ts'
import { referenceLine } from './reference.ts'
import { webAddress } from './web-address.ts'
import { whoActs } from './who-acts.ts'
import type { Action } from './who-acts.ts'

export interface Failure extends Look {
  readonly headline: string
  readonly sentence: string
  readonly actions: readonly Action[]
  readonly reference: string
  readonly at: Date
  readonly retryUrl?: string | null | undefined
  /** What the one strong button says: `Try again` unless told otherwise. */
  readonly retryLabel?: string | undefined
  /** For whoever has a second account, or came in as somebody else: the sign-in page. */
  readonly otherAccountUrl?: string | null | undefined
  /** Plain text (see `buildMessageForIt`), shown to be copied and offered as a mail. */
  readonly messageForIt?: string | null | undefined
  readonly footer?: Html | string | undefined
}

/** Takes our own words about a failure, never the provider's or an exception's; returns the page. */
export function failurePage (data: Failure): string {
  const { brand, assets, headline, messageForIt } = data
  const retryUrl = webAddress(data.retryUrl)
  const otherAccountUrl = webAddress(data.otherAccountUrl)
  return page({
    brand,
    assets,
    title: headline,
    footer: data.footer,
    main: html`<div class="card">
<div role="alert"><h1>${headline}</h1>
<p class="lead">${data.sentence}</p></div>
${whoActs(data.actions, brand)}
${retryUrl !== null && html`<a class="button" href="${retryUrl}">${data.retryLabel ?? 'Try again'}</a>`}
${typeof messageForIt === 'string' && messageForItBlock(`Sign-in to ${brand.name}: ${data.reference}`, messageForIt)}
${otherAccountUrl !== null && html`<p class="aside"><a href="${otherAccountUrl}">Sign in with another email address</a></p>`}
${referenceLine(data.reference, data.at)}
</div>`
  })
}

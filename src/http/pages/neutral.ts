// What do we say when there is nothing to say about a sign-in? Short pages that name no host, no path and no fault of the person.
import { html } from './html.ts'
import type { Html } from './html.ts'
import { page } from './layout.ts'
import type { Look } from './layout.ts'
import { referenceLine } from './reference.ts'
import { webAddress } from './web-address.ts'

/** The id of the log line and the moment, where support may be asked about it. */
export interface Moment {
  readonly reference: string
  readonly at: Date
}

interface Words extends Look {
  readonly heading: string
  readonly sentence: Html | string
  readonly button?: { readonly label: string, readonly href: string | null } | undefined
  readonly moment?: Moment | undefined
}

function neutralPage ({ brand, assets, heading, sentence, button, moment }: Words): string {
  const href = webAddress(button?.href)
  return page({
    brand,
    assets,
    title: heading,
    main: html`<div class="card">
<h1>${heading}</h1>
<p class="lead">${sentence}</p>
${button !== undefined && href !== null && html`<a class="button" href="${href}">${button.label}</a>`}
${moment !== undefined && referenceLine(moment.reference, moment.at)}
</div>`
  })
}

/** 404. `homeUrl` is where people of this host usually want to go. */
export function notFoundPage (data: Look & { readonly homeUrl?: string | null | undefined }): string {
  return neutralPage({
    ...look(data),
    heading: 'There is nothing here',
    sentence: 'The address may be mistyped, or what was here has moved.',
    button: { label: 'Go to the start', href: data.homeUrl ?? null }
  })
}

/** 421: a host that is not ours. Takes no host, so that none can be shown. */
export function misdirectedPage (data: Look): string {
  return neutralPage({
    ...look(data),
    heading: 'This address is not set up',
    sentence: 'You reached a sign-in service under an address that it does not serve. Open the app the way you usually do, or ask whoever gave you this address.'
  })
}

/** 503 of our own: the database is gone, or we are going down. `retryUrl` only where a GET can simply be repeated. */
export function unavailablePage (data: Look & { readonly retryUrl?: string | null | undefined, readonly moment?: Moment | undefined }): string {
  return neutralPage({
    ...look(data),
    heading: 'We can’t sign you in right now',
    sentence: 'We can’t reach our own database. Your account is fine, and so is your company’s Okta. This usually passes within a minute.',
    button: { label: 'Try again', href: data.retryUrl ?? null },
    moment: data.moment
  })
}

/** 502 and 504: the app that was asked for is not there. The person has done everything right, and the sign-in holds. */
export function appUnavailablePage (data: Look & { readonly moment: Moment }): string {
  return neutralPage({
    ...look(data),
    heading: 'The app isn’t answering',
    sentence: 'You are signed in, but the app itself can’t be reached right now. Reload this page in a minute.',
    moment: data.moment
  })
}

/** 429: too much of one network, or at one company. Takes the wait in seconds and rounds it up to words. */
export function tooManyRequestsPage (data: Look & { readonly retryAfterSeconds: number, readonly whose?: 'network' | 'company' | undefined, readonly retryUrl?: string | null | undefined }): string {
  return neutralPage({
    ...look(data),
    heading: 'One moment, please',
    sentence: `${data.whose === 'company' ? 'Very many people are signing in at your company right now' : 'Too many sign-ins came from your network at once'}. Try again ${waitWords(data.retryAfterSeconds)}.`,
    button: { label: 'Try again', href: data.retryUrl ?? null }
  })
}

/** 500. We are wrong, not the person. */
export function faultPage (data: Look & { readonly retryUrl?: string | null | undefined, readonly moment: Moment }): string {
  return neutralPage({
    ...look(data),
    heading: 'Something went wrong on our side',
    sentence: 'It is not your account and nothing you did. Support finds it by the reference below.',
    button: { label: 'Try again', href: data.retryUrl ?? null },
    moment: data.moment
  })
}

function look ({ brand, assets }: Look): Look {
  return { brand, assets }
}

function waitWords (seconds: number): string {
  if (!(seconds > 0)) return 'now'
  if (seconds <= 90) return `in ${Math.ceil(seconds)} ${Math.ceil(seconds) === 1 ? 'second' : 'seconds'}`
  return `in ${Math.ceil(seconds / 60)} minutes`
}

// What is left to do after signing out here? On a shared computer, signing out of Okta too.
import { html } from './html.ts'
import { page } from './layout.ts'
import type { Look } from './layout.ts'
import { links } from './links.ts'
import { webAddress } from './web-address.ts'

export interface SignedOut extends Look {
  /** The provider's end-session endpoint and its parameters, when it may be offered. */
  readonly okta?: { readonly action: string, readonly fields: Readonly<Record<string, string>> } | undefined
  /** Whether that was in every browser of the person. */
  readonly everywhere?: boolean | undefined
  /** Where `Sign in again` leads: the login unless told otherwise. */
  readonly signInUrl?: string | undefined
}

/** Takes the offer, if there is one; returns the page. The ID token hint travels in a form, not in an address that proxies log. */
export function signedOutPage (data: SignedOut): string {
  const { brand, assets, okta } = data
  const action = webAddress(okta?.action)
  const again = webAddress(data.signInUrl) ?? links.login
  const everywhere = data.everywhere === true
  return page({
    brand,
    assets,
    title: 'You are signed out',
    main: html`<div class="card">
<h1>You’re signed out</h1>
${okta !== undefined && action !== null
? html`<p class="lead">You have left <bdi>${brand.name}</bdi>${everywhere && ' everywhere'}, but your Okta session is still open. If others use this computer, close it too.</p>
<form method="post" action="${action}">${Object.entries(okta.fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button class="button" type="submit">Sign out of Okta too</button></form>
<a class="button quiet" href="${again}">Sign in again</a>`
: html`<p class="lead">You have left every <bdi>${brand.name}</bdi> app ${everywhere ? 'on every device' : 'in this browser'}. You can close this page.</p>
<a class="button" href="${again}">Sign in again</a>`}
</div>`
  })
}

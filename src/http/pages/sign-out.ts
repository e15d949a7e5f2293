// Does the person really want to leave? A form of our own asks, since any site can link here.
import { html } from './html.ts'
import { page } from './layout.ts'
import type { Look } from './layout.ts'
import { formTokenField, links } from './links.ts'
import { webAddress } from './web-address.ts'

export interface SignOut extends Look {
  readonly formToken: string
  /** Who would be signed out, as they know themselves. */
  readonly email?: string | undefined
  /** Where `Stay signed in` leads. */
  readonly stayUrl?: string | null | undefined
  /** Where to go afterwards, posted as `return_to`; the route judges it. */
  readonly returnTo?: string | undefined
}

/** The name of the button that signs out in every browser, with the value `true`. */
export const everywhereField = 'everywhere'

/** Takes the form token; returns the page that asks. */
export function signOutPage (data: SignOut): string {
  const { brand, assets, email, returnTo } = data
  const stayUrl = webAddress(data.stayUrl)
  return page({
    brand,
    assets,
    title: `Sign out of ${brand.name}?`,
    main: html`<div class="card">
<h1>Sign out of <bdi>${brand.name}</bdi>?</h1>
<p class="lead">${email !== undefined && html`You are signed in as <b><bdi>${email}</bdi></b>. `}Signing out closes every <bdi>${brand.name}</bdi> app in this browser.</p>
<form id="sign-out" method="post" action="${links.logout}"><input type="hidden" name="${formTokenField}" value="${data.formToken}">${returnTo !== undefined && html`<input type="hidden" name="return_to" value="${returnTo}">`}
<button class="button" type="submit">Sign out</button></form>
${stayUrl !== null && html`<a class="button quiet" href="${stayUrl}">Stay signed in</a>`}
<p class="aside">Lost a device? Close <bdi>${brand.name}</bdi> on all of them at once.</p>
<button class="button quiet" type="submit" form="sign-out" name="${everywhereField}" value="true">Sign out everywhere</button>
</div>`
  })
}

// What does somebody see who opens an invitation? Who invites whom to what, and one button; opening it changes nothing.
import { html } from './html.ts'
import { page } from './layout.ts'
import type { Look } from './layout.ts'
import { utcWords } from './reference.ts'

export interface InvitationOpened extends Look {
  /** Where the form leads: the address of the invitation itself. */
  readonly action: string
  readonly company: string
  /** The invited address, as the vendor knows it. */
  readonly email: string
  readonly expiresAt: Date
  /** The host of the customer's Okta. */
  readonly oktaHost: string
  /** Where somebody signs in who was linked before. */
  readonly signInUrl: string
}

/** Takes an invitation that may still be accepted; returns the page whose form accepts it. */
export function invitationPage (data: InvitationOpened): string {
  const { brand, assets, company, email, oktaHost } = data
  return page({
    brand,
    assets,
    title: `Your invitation to ${brand.name}`,
    footer: html`Only your company asks for your password. <bdi>${brand.name}</bdi> never does.`,
    main: html`<div class="card">
<h1><bdi>${company}</bdi> invites you to <bdi>${brand.name}</bdi></h1>
<p class="lead">You sign in with Okta, as you do for your other work. There is no new password.</p>
<dl class="facts">
<div><dt>Invited</dt><dd><b><bdi>${email}</bdi></b></dd></div>
<div><dt>Signs in at</dt><dd><bdi>${oktaHost}</bdi></dd></div>
<div><dt>Good until</dt><dd><time datetime="${data.expiresAt.toISOString()}">${utcWords(data.expiresAt)}</time></dd></div>
</dl>
<form method="post" action="${data.action}">
<button class="button" type="submit">Continue with Okta</button>
</form>
<h2>I already have a login</h2>
<p class="hint">Then continue with it: sign in to Okta as usual, and your login there becomes the one for this account. Your address at Okta may be another one than the one above. On a shared computer, first make sure that nobody else is signed in to Okta.</p>
<p class="aside">Accepted it before? <a href="${data.signInUrl}">Sign in</a></p>
</div>`
  })
}

// How do the vendor's own people get to their pages? With a key that they have for the API, shown once.
import { html } from '../html.ts'
import { links } from '../links.ts'
import { page } from '../layout.ts'
import type { Look } from '../layout.ts'

export interface OperatorSignIn extends Look {
  /** The page that was wanted: a path of these pages. */
  readonly next: string | null
  /** Whether that page may be open already: a link from elsewhere does not bring the cookie along. */
  readonly maybeSignedIn: boolean
  readonly refused: boolean
}

/** Takes what was wanted; returns the page whose form takes a key. What was typed is never on it again. */
export function operatorSignInPage ({ brand, assets, next, maybeSignedIn, refused }: OperatorSignIn): string {
  return page({
    brand,
    assets,
    title: `${refused ? 'Error: ' : ''}Operator pages`,
    footer: html`For the people of <bdi>${brand.name}</bdi>. A session ends after half an hour without use, after eight hours, and with its key.`,
    main: html`<div class="card">
<h1>Operator pages</h1>
<p class="lead">Who cannot sign in, why, and what to do about it. Your API key opens them.</p>
${maybeSignedIn && next !== null && html`<p class="note">You followed a link. If you are signed in here already, <a href="${next}">go on to the page</a>.</p>`}
<form method="post" action="${links.operator}/sign-in">
${next !== null && html`<input type="hidden" name="next" value="${next}">`}
<label for="credential">API key</label>
<input id="credential" type="password" name="credential" maxlength="4096" autocomplete="off" autocapitalize="none" spellcheck="false" required autofocus${refused && html` aria-invalid="true" aria-describedby="credential-error"`}>
${refused && html`<p class="error" id="credential-error" role="alert">This key opens nothing. It may be mistyped, revoked or expired. Copy all of it, or ask whoever made it for a new one.</p>`}
<button class="button" type="submit">Sign in</button>
</form>
</div>`
  })
}

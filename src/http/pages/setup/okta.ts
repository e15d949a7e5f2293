// Which Okta is it? Whatever was pasted is put right, asked live, and shown before anything is saved.
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { liveNote, proof, setupPage, stepUrl } from './frame.ts'
import type { Frame } from './frame.ts'

export interface OktaStep extends Frame {
  /** What was typed, or what is saved. */
  readonly typed: string
  readonly error: string | null
  readonly found: {
    readonly issuer: string
    readonly host: string
    readonly id: string
    readonly engine: string
    /** The other address of the organization. */
    readonly other: { readonly host: string, readonly isCustom: boolean } | null
    readonly preview: boolean
    readonly notes: readonly string[]
  } | null
  /** The host of the connection as it is saved; null while there is none. */
  readonly saved: string | null
}

export function oktaPage (data: OktaStep): string {
  const { found, error } = data
  return setupPage(data, 'okta', error === null ? 'Your Okta' : 'Error: Your Okta', found === null ? ask(data) : show(data, found))
}

function ask (data: OktaStep): Html {
  const { error, saved, locked } = data
  return html`<h1>Which Okta is yours?</h1>
<p class="lead">Paste any address of it: from the dashboard, the Admin Console, a custom domain, or only the name, as in <b>acme.okta.com</b>.</p>
${liveNote(data)}
${saved !== null && html`<p class="note good">This setup is about <b><bdi>${saved}</bdi></b>. <a href="${stepUrl('app')}">Go on with it</a></p>`}
${!locked && html`<form method="post" action="${stepUrl('okta')}">
${proof(data)}
<label for="okta">Okta address</label>
<input id="okta" type="text" name="okta_domain" value="${data.typed}" maxlength="2048" autocomplete="off" autocapitalize="none" spellcheck="false" dir="ltr" required${saved === null && html` autofocus`}${error !== null && html` aria-invalid="true" aria-describedby="okta-error"`}>
${error !== null && html`<p class="error" id="okta-error" role="alert">${error}</p>`}
<p class="hint">In Okta, click your name at the top right: the address stands under it.</p>
<button class="button${saved !== null && ' quiet'}" type="submit">Look it up</button>
</form>`}`
}

function show (data: OktaStep, found: NonNullable<OktaStep['found']>): Html {
  const { other } = found
  return html`<h1>Is this your Okta?</h1>
<p class="lead"><bdi>${found.host}</bdi> has just answered as an Okta organization.</p>
<dl class="facts">
<div><dt>Address</dt><dd><b><bdi>${found.host}</bdi></b></dd></div>
${other !== null && html`<div><dt>${other.isCustom ? 'Custom domain' : 'Also known as'}</dt><dd><bdi>${other.host}</bdi></dd></div>
`}<div><dt>Organization</dt><dd><code>${found.id}</code></dd></div>
<div><dt>Engine</dt><dd>${found.engine}</dd></div>
</dl>
${found.notes.length > 0 && html`<div class="note"><p>What was put right:</p><ul>${found.notes.map(note => html`<li>${note}</li>`)}</ul></div>`}
${found.preview && html`<p class="note warn">This is a preview organization. It is right for a trial; for everybody’s sign-in use your production Okta.</p>`}
${other !== null && html`<p class="note">Your people see <bdi>${found.host}</bdi> when they sign in. If you would rather have <bdi>${other.host}</bdi>, look that one up instead.</p>`}
<form method="post" action="${stepUrl('okta')}">
${proof(data)}
<input type="hidden" name="okta_domain" value="${found.issuer}"><input type="hidden" name="intent" value="use">
<div class="row"><a class="button quiet" href="${stepUrl('okta')}">Another one</a><button class="button" type="submit">Yes, use it</button></div>
</form>`
}

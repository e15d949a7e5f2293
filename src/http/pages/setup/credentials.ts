// What is handed over? The client id, and with our published keys nothing else; a secret for those who must have one.
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { copyValue, liveNote, pick, proof, screen, setupPage, stepUrl } from './frame.ts'
import type { Frame } from './frame.ts'

export interface CredentialsStep extends Frame {
  readonly clientKeysUri: string
  /** What was typed, or what is saved. */
  readonly clientId: string
  /** Which form was sent, or fits what is saved. */
  readonly by: 'keys' | 'secret'
  /** Whether a secret is kept already, so that the field may stay empty. */
  readonly hasSecret: boolean
  readonly version: number
  readonly error: { readonly field: 'client-id' | 'client-secret', readonly sentence: string } | null
}

export function credentialsPage (data: CredentialsStep): string {
  const { error, by, locked } = data
  const inKeys = by === 'keys' ? error : null
  const inSecret = by === 'secret' ? error : null
  return setupPage(data, 'credentials', error === null ? 'Hand over the client id' : 'Error: Hand over the client id', html`<h1>Hand over the client id</h1>
<p class="lead">No secret changes hands: your Okta fetches our public keys from the address below, and checks our signature with them.</p>
${liveNote(data)}
<p>On the app: <b>General → Client Credentials → Edit</b>.</p>
${screen('Client Credentials', [
  ['Client authentication', pick('Public key / Private key')],
  ['Proof Key for Code Exchange (PKCE)', pick('Require PKCE as additional verification')],
  ['Public keys · Configuration', pick('Use a URL to fetch keys dynamically')],
  ['URL', copyValue('address of our public keys', data.clientKeysUri)]
])}
<p>Save, then copy the <b>Client ID</b> from the top of the same screen.</p>
${!locked && html`<form method="post" action="${stepUrl('credentials')}">
${proof(data)}<input type="hidden" name="by" value="keys"><input type="hidden" name="version" value="${data.version}">
${clientIdField('client-id', data.clientId, inKeys)}
<button class="button${by === 'secret' && ' quiet'}" type="submit">Save the client id</button>
</form>
<details class="message"${by === 'secret' && html` open`}>
<summary>Our policy asks for a client secret instead</summary>
<p class="hint">Then leave <b>Client authentication</b> at <b>Client secret</b>. It is kept encrypted and is never shown again, here or elsewhere. Secrets end or get lost; keys do neither.</p>
<form method="post" action="${stepUrl('credentials')}">
${proof(data)}<input type="hidden" name="by" value="secret"><input type="hidden" name="version" value="${data.version}">
${clientIdField('client-id-2', data.clientId, inSecret)}
<label for="client-secret">Client secret</label>
<input id="client-secret" type="password" name="client_secret" maxlength="2048" autocomplete="off"${!data.hasSecret && html` required`}${inSecret?.field === 'client-secret' && html` aria-invalid="true" aria-describedby="client-secret-error"`}>
${inSecret?.field === 'client-secret' && html`<p class="error" id="client-secret-error" role="alert">${inSecret.sentence}</p>`}
${data.hasSecret && html`<p class="hint">One is kept. Leave this empty to keep it.</p>`}
<button class="button${by === 'keys' && ' quiet'}" type="submit">Save both</button>
</form>
</details>`}
<div class="row"><a class="button quiet" href="${stepUrl('app')}">Back</a></div>`)
}

function clientIdField (id: string, value: string, error: CredentialsStep['error']): Html {
  const wrong = error?.field === 'client-id'
  return html`<label for="${id}">Client ID</label>
<input id="${id}" type="text" name="client_id" value="${value}" maxlength="2048" autocomplete="off" autocapitalize="none" spellcheck="false" dir="ltr" placeholder="0oa…" required${wrong && html` aria-invalid="true" aria-describedby="${id}-error"`}>
${wrong && html`<p class="error" id="${id}-error" role="alert">${error.sentence}</p>`}`
}

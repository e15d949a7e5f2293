// How does a customer's Okta admin get in to set it up? By a link that is made here, shown once, and can be taken back.
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { links } from '../links.ts'
import { utcWords } from '../reference.ts'
import { copyValue } from '../setup/frame.ts'
import { operatorPage, proof, proofOnce, sentAlready, trail } from './frame.ts'
import type { OperatorFrame } from './frame.ts'

export interface OperatorSetupLinks extends OperatorFrame {
  readonly tenant: { readonly slug: string, readonly name: string }
  readonly setupLinks: readonly SetupLinkLine[]
  /** Told once. */
  readonly made: { readonly url: string, readonly expiresAt: Date, readonly mailed: boolean, readonly email: string | null } | null
  /** The form was sent before. */
  readonly repeated: boolean
  readonly typed: string
  readonly error: string | null
}

interface SetupLinkLine {
  readonly id: string
  readonly state: 'waiting' | 'opened' | 'expired' | 'revoked'
  readonly domainsOnly: boolean
  readonly mayChangeLive: boolean
  readonly email: string | null
  readonly createdAt: Date
  readonly expiresAt: Date
}

const states = { waiting: ['maybe', '…', 'not opened yet'], opened: ['ok', '✓', 'opened'], expired: ['wait', '·', 'expired'], revoked: ['wait', '✕', 'taken back'] } as const

export function operatorSetupLinksPage (data: OperatorSetupLinks): string {
  const { tenant, setupLinks, made, repeated, may } = data
  return operatorPage(data, 'customers', `${data.error === null ? '' : 'Error: '}Setup links`, html`<div class="card">
${trail(['Customers', '/tenants'], [tenant.name, `/tenants/${tenant.slug}`])}
<h1>Setup links of <bdi>${tenant.name}</bdi></h1>
<p class="lead">Their Okta admin connects their Okta with it, without an account here. A link opens once and is good for seven days; what it has opened, for two weeks.</p>
${made !== null && html`<div class="note good" role="status"><p>${made.mailed ? html`Mailed to <bdi>${made.email}</bdi>. The same link, if it is needed:` : made.email === null ? 'Send this link to their Okta admin:' : html`Nothing was mailed. Send this link to <bdi>${made.email}</bdi>:`} it opens once, until ${utcWords(made.expiresAt)}, and is not shown again.</p>${copyValue('setup link', made.url)}</div>`}
${repeated && sentAlready('link')}
${may.support ? form(data) : html`<p class="note">Your key may look at them only.</p>`}
</div>
<section class="card"><h2>Links so far</h2>
${setupLinks.length === 0 && html`<p class="hint">None was made.</p>`}
<ul class="checks">${setupLinks.map(link => line(data, link))}
</ul></section>`)
}

function form (data: OperatorSetupLinks): Html {
  const { tenant, typed, error, may } = data
  return html`<form method="post" action="${links.operator}/tenants/${tenant.slug}/setup-links">
${proofOnce(data)}
<label for="email">For whom, if you know (email)</label>
<input id="email" type="text" name="email" value="${typed}" maxlength="254" autocomplete="off" autocapitalize="none" spellcheck="false" dir="ltr" placeholder="it@acme.com"${error !== null && html` aria-invalid="true" aria-describedby="email-error"`}>
${error !== null && html`<p class="error" id="email-error" role="alert">${error}</p>`}
<p class="check"><input id="mail" type="checkbox" name="mail" value="true"><label for="mail">Mail it to them</label></p>
<p class="check"><input id="domains" type="checkbox" name="domains" value="true"><label for="domains">For the domains only: whoever runs their DNS</label></p>
${may.admin && html`<p class="check"><input id="live" type="checkbox" name="live" value="true"><label for="live">It may change a connection that people sign in through</label></p>`}
<button class="button" type="submit">Make a setup link</button>
</form>`
}

function line (data: OperatorSetupLinks, { id, state, domainsOnly, mayChangeLive, email, createdAt, expiresAt }: SetupLinkLine): Html {
  const [kind, mark, word] = states[state]
  const ends = data.may.support && state !== 'revoked' && state !== 'expired'
  return html`
<li class="${kind}"><span aria-hidden="true">${mark}</span><span>${email === null ? 'For whoever has it' : html`<bdi>${email}</bdi>`}${domainsOnly && ', domains only'}${mayChangeLive && ', may change what is live'}</span><span class="state">${word}</span><small>Made ${utcWords(createdAt)}${state === 'waiting' && `, good until ${utcWords(expiresAt)}`}</small>${ends && html`<form method="post" action="${links.operator}/tenants/${data.tenant.slug}/setup-links/${id}/revoke">${proof(data)}<button class="link" type="submit" aria-label="Take back the link made ${utcWords(createdAt)}">Take back</button></form>`}</li>`
}

// Which email domains are the company's? One DNS record for each, looked up when somebody says so; or handed to whoever runs DNS.
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { links } from '../links.ts'
import { utcWords } from '../reference.ts'
import { copyValue, liveNote, proof, screen, setupPage, stepUrl } from './frame.ts'
import type { Frame } from './frame.ts'

export interface DomainsStep extends Frame {
  readonly domains: readonly { readonly domain: string, readonly record: { readonly name: string, readonly value: string }, readonly verifiedAt: Date | null }[]
  readonly typed: string
  readonly error: string | null
  /** What the last look into DNS said of one of them. */
  readonly doubt: { readonly domain: string, readonly sentence: string } | null
  /** A link for a colleague, told once. */
  readonly handedOver: { readonly url: string, readonly until: Date } | null
}

export function domainsPage (data: DomainsStep): string {
  const { domains, error, locked, domainsOnly, handedOver } = data
  const proven = domains.filter(({ verifiedAt }) => verifiedAt !== null)
  const pending = domains.filter(({ verifiedAt }) => verifiedAt === null)
  const empty = domains.length === 0
  return setupPage(data, 'domains', error === null ? 'Your domains' : 'Error: Your domains', html`<h1>${domainsOnly ? html`Prove the email domains of <bdi>${data.company}</bdi>` : 'Your email domains'}</h1>
<p class="lead">Whoever types an address of such a domain is sent to your Okta. A DNS record shows that the domain is yours.</p>
${liveNote(data)}
${handedOver !== null && html`<div class="note good"><p>Send this link to your colleague. It opens once, until ${utcWords(handedOver.until)}, and leads to this step only. It is not shown again.</p>${copyValue('link for a colleague', handedOver.url)}</div>`}
${proven.length > 0 && html`<ul class="checks">${proven.map(({ domain }) => html`
<li class="ok"><span aria-hidden="true">✓</span><span><bdi>${domain}</bdi></span><span class="state">proven</span></li>`)}
</ul>`}
${pending.map((one, place) => waiting(data, one, place === 0 && proven.length === 0))}
${!locked && html`<form method="post" action="${stepUrl('domains')}/claim">
${proof(data)}
<label for="domain">${empty ? 'Email domain' : 'Another email domain'}</label>
<input id="domain" type="text" name="domain" value="${data.typed}" maxlength="254" autocomplete="off" autocapitalize="none" spellcheck="false" dir="ltr" placeholder="acme.com" required${error !== null && html` aria-invalid="true" aria-describedby="domain-error"`}>
${error !== null && html`<p class="error" id="domain-error" role="alert">${error}</p>`}
<button class="button${!empty && ' quiet'}" type="submit">${empty ? 'Add the domain' : 'Add another domain'}</button>
</form>`}
${!domainsOnly && !locked && html`<form method="post" action="${links.setup}/hand-over">
${proof(data)}
<p class="note">Does somebody else run your DNS? <button class="link" type="submit">Make a link for a colleague</button> that does this step and nothing else.</p>
</form>`}
${!domainsOnly && html`<div class="row"><a class="button quiet" href="${stepUrl('test')}">Back</a>${!empty && html`<a class="button${pending.length > 0 && proven.length === 0 && ' quiet'}" href="${stepUrl('done')}">Go on: Done</a>`}</div>`}`)
}

/** @param isNext whether looking this one up is the person's next step. */
function waiting (data: DomainsStep, { domain, record }: DomainsStep['domains'][number], isNext: boolean): Html {
  const doubt = data.doubt?.domain === domain ? data.doubt : null
  return html`<h2><bdi>${domain}</bdi></h2>
${screen('New DNS record', [['Type', html`<b>TXT</b>`], ['Name', copyValue(`name of the record for ${domain}`, record.name)], ['Value', copyValue(`value of the record for ${domain}`, record.value)]])}
${doubt !== null && html`<p class="note warn" role="status">${doubt.sentence}</p>`}
<p class="hint">DNS can take hours. You can close this page and check again any day; the record stays the same.</p>
${!data.locked && html`<div class="row">
<form method="post" action="${stepUrl('domains')}/remove">${proof(data)}<input type="hidden" name="domain" value="${domain}"><button class="button quiet" type="submit" aria-label="Remove ${domain}">Remove</button></form>
<form method="post" action="${stepUrl('domains')}/check">${proof(data)}<input type="hidden" name="domain" value="${domain}"><button class="button${!isNext && ' quiet'}" type="submit" aria-label="Check ${domain} now">Check now</button></form>
</div>`}`
}

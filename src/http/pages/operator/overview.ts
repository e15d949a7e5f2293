// Who cannot sign in today, and what is about to break? What an operator sees first, and where they look for somebody.
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { links } from '../links.ts'
import { utcDay, utcWords } from '../reference.ts'
import { operatorPage, proof } from './frame.ts'
import type { OperatorFrame } from './frame.ts'

export interface OperatorOverview extends OperatorFrame {
  readonly troubled: readonly { readonly slug: string, readonly name: string, readonly ended: number, readonly signedIn: number, readonly lastAt: Date }[]
  readonly codes: readonly { readonly words: string, readonly times: number, readonly tenants: number }[]
  readonly connections: readonly WeakLine[]
  /** The names of apps that are on this very host: their scripts are as good as ours here. */
  readonly neighbours: readonly string[]
  /** What was looked for and not found. */
  readonly missed: string | null
}

interface WeakLine {
  readonly tenant: { readonly slug: string, readonly name: string }
  readonly id: string
  readonly host: string
  readonly preflightFailed: boolean
  readonly secretExpiresAt: Date | null
  readonly over: boolean
}

export function operatorOverviewPage (data: OperatorOverview): string {
  const { troubled, codes, connections, neighbours } = data
  return operatorPage(data, 'overview', 'Who cannot sign in', html`<div class="card">
<h1>Who cannot sign in</h1>
${finder(data)}
</div>
<section class="card"><h2>Customers with refused sign-ins, last 24 hours</h2>
${troubled.length === 0 && html`<p class="hint">None: whoever came got in.</p>`}
<ul class="checks">${troubled.map(({ slug, name, ended, signedIn, lastAt }) => html`
<li class="no"><span aria-hidden="true">✕</span><a href="${links.operator}/tenants/${slug}"><bdi>${name}</bdi></a><span class="state">${ended} refused</span><small>${signedIn} got in. Last refused <time datetime="${lastAt.toISOString()}">${utcWords(lastAt)}</time></small></li>`)}
</ul></section>
<section class="card"><h2>Why, last 24 hours</h2>
${codes.length === 0 && html`<p class="hint">Nothing to tell.</p>`}
<ul class="checks">${codes.map(({ words, times, tenants }) => html`
<li class="wait"><span aria-hidden="true">·</span><span>${words}</span><span class="state">${times} × at ${tenants} ${tenants === 1 ? 'customer' : 'customers'}</span></li>`)}
</ul></section>
<section class="card"><h2>Connections that need a look</h2>
${connections.length === 0 && html`<p class="hint">None: no check has found anything wrong, and no secret that is known of ends within 30 days.</p>`}
<ul class="checks">${connections.map(weak)}
</ul></section>
${neighbours.length > 0 && neighbourly(data)}`)
}

function neighbourly ({ neighbours, brand }: OperatorOverview): Html {
  return html`<section class="card"><h2>This host is an app’s too</h2>
<p class="note warn">${neighbours.map((name, place) => html`${place > 0 && ', '}<b><bdi>${name}</bdi></b>`)}: a browser cannot tell its pages from these. Whoever can write into them could act in the name of an operator who is signed in here. Give the login host a name of its own, such as login.example.com, and <bdi>${brand.name}</bdi>’s apps another.</p></section>`
}

function finder (data: OperatorOverview): Html {
  const { missed } = data
  return html`<form method="post" action="${links.operator}/search">
${proof(data)}
<label for="wanted">Find somebody</label>
<input id="wanted" type="text" name="wanted" value="${missed ?? ''}" maxlength="254" autocomplete="off" autocapitalize="none" spellcheck="false" dir="ltr" placeholder="ada@acme.com" required${missed === null ? html` aria-describedby="wanted-hint"` : html` aria-invalid="true" aria-describedby="wanted-error"`}>
${missed === null
  ? html`<p class="hint" id="wanted-hint">An email address, the reference on somebody’s page, or the short name of a customer.</p>`
  : html`<p class="error" id="wanted-error" role="alert">Nothing is known by that. A reference looks like brave-otter-k7q2m; one of a request that never reached a customer is in the log only.</p>`}
<button class="button" type="submit">Find</button>
</form>`
}

function weak ({ tenant, id, host, preflightFailed, secretExpiresAt, over }: WeakLine): Html {
  return html`
<li class="${preflightFailed || over ? 'no' : 'maybe'}"><span aria-hidden="true">${preflightFailed || over ? '✕' : '!'}</span><a href="${links.operator}/tenants/${tenant.slug}#${id}"><bdi>${tenant.name}</bdi></a><span class="state">${host}</span><small>${preflightFailed && 'The last check found something wrong. '}${secretExpiresAt !== null && html`The client secret ${over ? 'ended' : 'ends'} on ${utcDay(secretExpiresAt)}.`}</small></li>`
}

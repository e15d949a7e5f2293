// How does one customer stand? Its connections with what is wrong, its domains, its people, and who came and how that went.
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { links } from '../links.ts'
import { utcDay, utcWords } from '../reference.ts'
import { attemptLine, type AttemptLine } from './attempt-line.ts'
import { operatorPage, trail } from './frame.ts'
import type { OperatorFrame } from './frame.ts'
import { waitingCard, type WaitingAccount } from './waiting-accounts.ts'
import { memberLine, type MemberLine } from './member-line.ts'

export interface ConnectionCard {
  readonly id: string
  readonly host: string
  readonly state: 'draft' | 'verified' | 'pilot' | 'live' | 'retired'
  readonly testedAt: Date | null
  readonly goLiveAt: Date | null
  /** Settings wait beside it. */
  readonly waits: boolean
  readonly pilot: number
  readonly secretExpiresAt: Date | null
  readonly preflight: { readonly passed: boolean, readonly at: Date, readonly findings: readonly { readonly outcome: 'ok' | 'warning' | 'failed' | 'unknown', readonly message: string, readonly remedy: string | null }[] } | null
}

export interface OperatorTenant extends OperatorFrame {
  readonly tenant: { readonly slug: string, readonly name: string, readonly admission: 'invited' | 'just-in-time', readonly ssoEntitled: boolean, readonly enforcement: 'optional' | 'required' }
  readonly connections: readonly ConnectionCard[]
  readonly domains: readonly { readonly domain: string, readonly verifiedAt: Date | null, readonly provenance: 'dns' | 'operator' | null }[]
  readonly members: readonly MemberLine[]
  readonly moreMembers: boolean
  readonly attempts: readonly AttemptLine[]
  /** Okta accounts that wait for an operator's word; the latest. */
  readonly accounts: readonly WaitingAccount[]
  readonly moreAccounts: boolean
}

const states: Readonly<Record<ConnectionCard['state'], string>> = {
  draft: 'a draft: nobody gets in through it',
  verified: 'verified: ready, and nobody gets in through it yet',
  pilot: 'a pilot: only its people get in',
  live: 'live: everybody signs in through it',
  retired: 'retired: nobody gets in any more'
}

export function operatorTenantPage (data: OperatorTenant): string {
  const { tenant, connections, domains, members, attempts, may } = data
  const path = `${links.operator}/tenants/${tenant.slug}`
  return operatorPage(data, 'customers', tenant.name, html`<div class="card">
${trail(['Customers', '/tenants'])}
<h1><bdi>${tenant.name}</bdi></h1>
<dl class="facts">
<div><dt>Short name</dt><dd><code>${tenant.slug}</code></dd></div>
<div><dt>New people</dt><dd>${tenant.admission === 'invited' ? 'Only who was invited becomes a member' : 'Whoever comes from a proven domain becomes a member'}</dd></div>
<div><dt>With Okta</dt><dd>${tenant.ssoEntitled ? tenant.enforcement === 'required' ? 'Required: there is no other way in' : 'Optional' : 'Not in their plan: every door is shut'}</dd></div>
</dl>
<a class="button${!may.support && ' quiet'}" href="${path}/setup-links">${may.support ? 'Make a setup link' : 'Setup links'}</a>
</div>
${waitingCard(data, tenant.slug, data.accounts, !data.moreAccounts)}
<section class="card"><h2>Sign-ins</h2>
${attempts.length === 0 && html`<p class="hint">None is on record.</p>`}
<ul class="checks">${attempts.map(attemptLine)}
</ul>
<p class="hint"><a href="${path}/attempts">All sign-ins</a></p></section>
${connections.map(one => connection(tenant.slug, one))}
${connections.length === 0 && html`<section class="card"><h2>Connection</h2><p class="hint">There is none yet. A setup link lets their Okta admin make one.</p></section>`}
<section class="card"><h2>Domains</h2>
${domains.length === 0 && html`<p class="hint">None, so nobody is sent to their Okta by an email address.</p>`}
<ul class="checks">${domains.map(({ domain, verifiedAt, provenance }) => html`
<li class="${verifiedAt === null ? 'wait' : 'ok'}"><span aria-hidden="true">${verifiedAt === null ? '…' : '✓'}</span><span><bdi>${domain}</bdi></span><span class="state">${verifiedAt === null ? 'not proven yet' : provenance === 'dns' ? 'proven by DNS' : 'on an operator’s word'}</span></li>`)}
</ul></section>
<section class="card"><h2>Members</h2>
${members.length === 0 && html`<p class="hint">None yet.</p>`}
<ul class="checks">${members.map(member => memberLine(tenant.slug, member))}
</ul>
${data.moreMembers && html`<p class="hint"><a href="${path}/members">All members</a></p>`}</section>
<p class="aside"><a href="${`${links.operator}/events?tenant=${tenant.slug}`}">What was changed here, and by whom</a></p>`)
}

function connection (slug: string, card: ConnectionCard): Html {
  return html`<section class="card" id="${card.id}"><h2>Connection to <bdi>${card.host}</bdi></h2>
${connectionFacts(card)}
<p class="hint"><a href="${links.operator}/tenants/${slug}/connections/${card.id}">Go live, and who is concerned</a></p></section>`
}

/** How a connection stands, with what the last check has found. */
export function connectionFacts ({ state, testedAt, goLiveAt, waits, pilot, secretExpiresAt, preflight }: ConnectionCard): Html {
  const wrong = preflight?.findings.filter(({ outcome }) => outcome === 'failed' || outcome === 'warning') ?? []
  return html`<dl class="facts">
<div><dt>State</dt><dd>${states[state]}${state === 'pilot' && ` (${pilot})`}</dd></div>
${goLiveAt !== null && html`<div><dt>Goes live</dt><dd><time datetime="${goLiveAt.toISOString()}">${utcWords(goLiveAt)}</time></dd></div>`}
<div><dt>Test sign-in</dt><dd>${testedAt === null ? 'None has passed with these settings' : html`Passed ${utcWords(testedAt)}`}</dd></div>
${waits && html`<div><dt>Waiting</dt><dd>Changed settings wait beside it until a test has passed with them</dd></div>`}
${secretExpiresAt !== null && html`<div><dt>Secret</dt><dd>Ends on ${utcDay(secretExpiresAt)}</dd></div>`}
<div><dt>Last check</dt><dd>${preflight === null ? 'There was none' : html`${preflight.passed ? 'Passed' : 'Something is wrong'}, ${utcWords(preflight.at)}`}</dd></div>
</dl>
<ul class="checks">${wrong.map(({ outcome, message, remedy }) => html`
<li class="${outcome === 'failed' ? 'no' : 'maybe'}"><span aria-hidden="true">${outcome === 'failed' ? '✕' : '!'}</span><span>${message}</span>${remedy !== null && html`<small>${remedy}</small>`}</li>`)}
</ul>`
}

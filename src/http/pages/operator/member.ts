// Why does this person not get in, or how are they kept out? Who they are, where they are signed in, and what was tried.
import { html } from '../html.ts'
import { attemptLine, type AttemptLine } from './attempt-line.ts'
import { copyValue } from '../setup/frame.ts'
import { utcWords } from '../reference.ts'
import { deed, operatorPage, proofOnce, sentAlready, trail } from './frame.ts'
import type { OperatorFrame } from './frame.ts'
import { links } from '../links.ts'
import type { MemberLine } from './member-line.ts'
import { waitingCard, type WaitingAccount } from './waiting-accounts.ts'

export interface OperatorMember extends OperatorFrame {
  readonly tenant: { readonly slug: string, readonly name: string }
  readonly member: MemberLine & { readonly roles: readonly string[], readonly externalId: string | null }
  readonly sessions: readonly { readonly id: string, readonly host: string, readonly createdAt: Date, readonly lastSeenAt: Date }[]
  readonly attempts: readonly AttemptLine[]
  /** Okta accounts that claim their address and wait for an operator's word; the latest. */
  readonly accounts: readonly WaitingAccount[]
  readonly moreAccounts: boolean
  /** What has just been done, in our own words. */
  readonly done: string | null
  /** Told once. */
  readonly invited: { readonly url: string, readonly expiresAt: Date, readonly mailed: boolean } | null
  /** The invitation was sent off before. */
  readonly repeated: boolean
}

const statuses = { invited: 'Invited: their first sign-in links their Okta account', active: 'Active', suspended: 'Suspended: every door is shut to them' }

export function operatorMemberPage (data: OperatorMember): string {
  const { tenant, member, sessions, attempts, may, done, invited, repeated } = data
  const path = `/tenants/${tenant.slug}/members/${member.id}`
  const suspended = member.status === 'suspended'
  return operatorPage(data, 'customers', member.email, html`<div class="card">
${trail(['Customers', '/tenants'], [tenant.name, `/tenants/${tenant.slug}`], ['Members', `/tenants/${tenant.slug}/members`])}
<h1><bdi>${member.name}</bdi></h1>
${done !== null && html`<p class="note good" role="status">${done}</p>`}
${invited !== null && html`<div class="note good" role="status"><p>${invited.mailed ? 'The invitation was mailed. The same link, if it is needed:' : 'Nothing was mailed. Hand this link out:'} it connects an Okta account with this member, until ${utcWords(invited.expiresAt)}. It is not shown again.</p>${copyValue('invitation', invited.url)}</div>`}
${repeated && sentAlready('invitation')}
<dl class="facts">
<div><dt>Email</dt><dd><bdi>${member.email}</bdi></dd></div>
<div><dt>Status</dt><dd>${statuses[member.status]}</dd></div>
<div><dt>Roles</dt><dd><bdi>${member.roles.length === 0 ? 'none' : member.roles.join(', ')}</bdi></dd></div>
${member.externalId !== null && html`<div><dt>Product’s id</dt><dd><bdi>${member.externalId}</bdi></dd></div>`}
<div><dt>Id</dt><dd><code>${member.id}</code></dd></div>
</dl>
${may.support && !suspended && html`<form method="post" action="${links.operator}${path}/invite">
${proofOnce(data)}
<p class="check"><input id="mail" type="checkbox" name="mail" value="true"><label for="mail">Mail the invitation to them</label></p>
<button class="button quiet" type="submit">${member.status === 'invited' ? 'Invite again' : 'Invite to link another Okta account'}</button>
</form>`}
${may.admin && deed(data, `${path}/${suspended ? 'restore' : 'suspend'}`, suspended ? 'Let in again' : 'Suspend')}
</div>
${waitingCard(data, tenant.slug, data.accounts, !data.moreAccounts)}
<section class="card"><h2>Signed in now</h2>
${sessions.length === 0 && html`<p class="hint">Nowhere.</p>`}
<ul class="checks">${sessions.map(({ host, createdAt, lastSeenAt }) => html`
<li class="ok"><span aria-hidden="true">✓</span><span>${host}</span><span class="state">since ${utcWords(createdAt)}</span><small>Last seen ${utcWords(lastSeenAt)}</small></li>`)}
</ul>
${may.support && sessions.length > 0 && deed(data, `${path}/end-sessions`, 'Sign out everywhere')}</section>
<section class="card"><h2>Sign-ins</h2>
${attempts.length === 0 && html`<p class="hint">None is on record.</p>`}
<ul class="checks">${attempts.map(attemptLine)}
</ul></section>`)
}

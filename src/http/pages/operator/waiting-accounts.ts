// Which Okta accounts were refused because a member with their address signs in by another one? With the two answers that an operator can give.
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { links } from '../links.ts'
import { utcWords } from '../reference.ts'
import { more, operatorPage, proof, trail } from './frame.ts'
import type { OperatorFrame } from './frame.ts'

export interface WaitingAccount {
  readonly id: string
  readonly subject: string
  readonly host: string
  /** The address that it claimed. */
  readonly email: string
  readonly member: { readonly id: string, readonly name: string }
  readonly reference: string
  readonly times: number
  readonly lastAt: Date
}

export interface OperatorWaiting extends OperatorFrame {
  readonly tenant: { readonly slug: string, readonly name: string }
  readonly accounts: readonly WaitingAccount[]
  readonly next: string | null
  /** What has just been done, in our own words. */
  readonly done: string | null
}

const advice = 'A member with their address signs in by another account. Perhaps the account was deleted and made anew in Okta; perhaps the address was given to somebody else. Ask the customer before you link: whoever has the account gets in as the member.'

export function operatorWaitingPage (data: OperatorWaiting): string {
  const { tenant, accounts, next, done } = data
  return operatorPage(data, 'customers', 'Accounts that wait', html`<div class="card">
${trail(['Customers', '/tenants'], [tenant.name, `/tenants/${tenant.slug}`])}
<h1>Accounts that wait</h1>
${done !== null && html`<p class="note good" role="status">${done}</p>`}
${accounts.length === 0 ? html`<p class="hint">None waits for you.</p>` : html`<p class="lead">${advice}</p>`}
${lines(data, tenant.slug, accounts)}
${more(`/tenants/${tenant.slug}/accounts`, next, 'More')}
</div>`)
}

/** A card for another page, where accounts wait. @param all whether these are all. */
export function waitingCard (frame: OperatorFrame, slug: string, accounts: readonly WaitingAccount[], all: boolean): Html | false {
  return accounts.length > 0 && html`<section class="card"><h2>Accounts that wait</h2>
<p class="note warn">${advice}</p>
${lines(frame, slug, accounts)}
${!all && html`<p class="hint"><a href="${`${links.operator}/tenants/${slug}/accounts`}">All that wait</a></p>`}</section>`
}

function lines (frame: OperatorFrame, slug: string, accounts: readonly WaitingAccount[]): Html {
  return html`<ul class="checks">${accounts.map(account => line(frame, slug, account))}
</ul>`
}

function line (frame: OperatorFrame, slug: string, { id, subject, host, email, member, reference, times, lastAt }: WaitingAccount): Html {
  const path = `${links.operator}/tenants/${slug}`
  const button = (move: 'link' | 'dismiss', label: string) => html`<form method="post" action="${path}/accounts/${id}/${move}">${proof(frame)}<input type="hidden" name="member" value="${member.id}"><button class="link" type="submit" aria-label="${label}: account ${subject}">${label}</button></form>`
  return html`
<li class="maybe"><span aria-hidden="true">!</span><span>Account <code><bdi>${subject}</bdi></code> at ${host} came as <bdi>${email}</bdi>, the address of <a href="${path}/members/${member.id}"><bdi>${member.name}</bdi></a></span><time datetime="${lastAt.toISOString()}">${utcWords(lastAt)}</time><small>${times === 1 ? 'Once' : `${times} times`} · <a href="${links.operator}/attempts/${reference}">${reference}</a></small>${frame.may.admin && button('link', 'Link it to this member')}${frame.may.support && button('dismiss', 'Dismiss')}</li>`
}

// Who has this address, and what became of their logins? Of every customer, since the same person may be known to several.
import { html } from '../html.ts'
import { links } from '../links.ts'
import { attemptLine, type AttemptLine } from './attempt-line.ts'
import { operatorPage } from './frame.ts'
import type { OperatorFrame } from './frame.ts'

export interface OperatorFound extends OperatorFrame {
  readonly email: string
  readonly members: readonly { readonly id: string, readonly name: string, readonly status: string, readonly tenant: { readonly slug: string, readonly name: string } }[]
  readonly attempts: readonly AttemptLine[]
}

const marks = { active: ['ok', '✓'], invited: ['wait', '…'], suspended: ['no', '✕'] } as const

export function operatorFoundPage (data: OperatorFound): string {
  const { email, members, attempts } = data
  return operatorPage(data, 'overview', email, html`<div class="card">
<p class="where"><a href="${links.operator}">Overview</a></p>
<h1><bdi>${email}</bdi></h1>
<h2>Member of</h2>
${members.length === 0 && html`<p class="hint">No customer has a member with this address.</p>`}
<ul class="checks">${members.map(({ id, name, status, tenant }) => {
  const [kind, mark] = marks[status === 'active' || status === 'suspended' ? status : 'invited']
  return html`
<li class="${kind}"><span aria-hidden="true">${mark}</span><a href="${links.operator}/tenants/${tenant.slug}/members/${id}"><bdi>${tenant.name}</bdi></a><span class="state">${status}</span><small><bdi>${name}</bdi></small></li>`
})}
</ul>
<h2>Sign-ins with this address</h2>
${attempts.length === 0 && html`<p class="hint">None is on record. Whoever starts at a tile has typed no address: look at the page of the member.</p>`}
<ul class="checks">${attempts.map(attemptLine)}
</ul>
</div>`)
}

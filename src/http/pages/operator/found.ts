// Who has this address, and what became of their logins? Of every customer, since the same person may be known to several.
import { html } from '../html.ts'
import { attemptLine, type AttemptLine } from './attempt-line.ts'
import { operatorPage, trail } from './frame.ts'
import type { OperatorFrame } from './frame.ts'
import { memberLine, type MemberLine } from './member-line.ts'

export interface OperatorFound extends OperatorFrame {
  readonly email: string
  readonly members: ReadonlyArray<MemberLine & { readonly tenant: { readonly slug: string, readonly name: string } }>
  readonly attempts: readonly AttemptLine[]
}

export function operatorFoundPage (data: OperatorFound): string {
  const { email, members, attempts } = data
  return operatorPage(data, 'overview', email, html`<div class="card">
${trail(['Overview', ''])}
<h1><bdi>${email}</bdi></h1>
<h2>Member of</h2>
${members.length === 0 && html`<p class="hint">No customer has a member with this address.</p>`}
${members.map(({ tenant, ...member }) => html`<h3><bdi>${tenant.name}</bdi></h3>
<ul class="checks">${memberLine(tenant.slug, member)}
</ul>`)}
<h2>Sign-ins with this address</h2>
${attempts.length === 0 && html`<p class="hint">None is on record. Whoever starts at a tile has typed no address: look at the page of the member.</p>`}
<ul class="checks">${attempts.map(attemptLine)}
</ul>
</div>`)
}

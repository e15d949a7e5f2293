// Who are a customer's people, and who of theirs has tried to come in? Two long lists, read in parts.
import { html } from '../html.ts'
import { attemptLine, type AttemptLine } from './attempt-line.ts'
import { more, operatorPage, trail } from './frame.ts'
import type { OperatorFrame } from './frame.ts'
import { memberLine, type MemberLine } from './member-line.ts'

interface OfTenant extends OperatorFrame {
  readonly tenant: { readonly slug: string, readonly name: string }
  readonly next: string | null
}

export function operatorMembersPage (data: OfTenant & { readonly members: readonly MemberLine[] }): string {
  const { tenant, members, next } = data
  return operatorPage(data, 'customers', 'Members', html`<div class="card">
${trail(['Customers', '/tenants'], [tenant.name, `/tenants/${tenant.slug}`])}
<h1>Members</h1>
${members.length === 0 && html`<p class="hint">There is none.</p>`}
<ul class="checks">${members.map(member => memberLine(tenant.slug, member))}
</ul>
${more(`/tenants/${tenant.slug}/members`, next, 'More')}
</div>`)
}

export function operatorAttemptsPage (data: OfTenant & { readonly attempts: readonly AttemptLine[] }): string {
  const { tenant, attempts, next } = data
  return operatorPage(data, 'customers', 'Sign-ins', html`<div class="card">
${trail(['Customers', '/tenants'], [tenant.name, `/tenants/${tenant.slug}`])}
<h1>Sign-ins</h1>
${attempts.length === 0 && html`<p class="hint">There is none on record.</p>`}
<ul class="checks">${attempts.map(attemptLine)}
</ul>
${more(`/tenants/${tenant.slug}/attempts`, next)}
</div>`)
}

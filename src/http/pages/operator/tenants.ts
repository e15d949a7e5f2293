// Which customers are there? All of them, oldest first.
import { html } from '../html.ts'
import { links } from '../links.ts'
import { more, operatorPage } from './frame.ts'
import type { OperatorFrame } from './frame.ts'

export interface OperatorTenants extends OperatorFrame {
  readonly tenants: readonly { readonly slug: string, readonly name: string }[]
  readonly next: string | null
}

export function operatorTenantsPage (data: OperatorTenants): string {
  const { tenants, next } = data
  return operatorPage(data, 'customers', 'Customers', html`<div class="card">
<h1>Customers</h1>
${tenants.length === 0 && html`<p class="hint">There is none yet. They are made through the API.</p>`}
<ul class="checks">${tenants.map(({ slug, name }) => html`
<li class="wait"><span aria-hidden="true">·</span><a href="${links.operator}/tenants/${slug}"><bdi>${name}</bdi></a><span class="state">${slug}</span></li>`)}
</ul>
${more('/tenants', next, 'More')}
</div>`)
}

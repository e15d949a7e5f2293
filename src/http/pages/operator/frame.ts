// What do all pages of the operator have in common? Where one is, who one is, and the way out.
import type { Html } from '../html.ts'
import { html } from '../html.ts'
import { formTokenField, links } from '../links.ts'
import { page } from '../layout.ts'
import type { Look } from '../layout.ts'

export type Section = 'overview' | 'customers' | 'events'

/** What every page of the operator is given. */
export interface OperatorFrame extends Look {
  /** The name of the key, as its maker has called it. */
  readonly operator: string
  /** What may be done besides looking. */
  readonly may: { readonly support: boolean, readonly admin: boolean }
  readonly formToken: string
}

const sections: ReadonlyArray<readonly [Section, string, string]> = [
  ['overview', 'Overview', links.operator],
  ['customers', 'Customers', `${links.operator}/tenants`],
  ['events', 'Events', `${links.operator}/events`]
]

/** Takes the frame, the section that is open, the title and the inside: one card or several; returns the page. */
export function operatorPage (frame: OperatorFrame, section: Section, title: string, main: Html): string {
  const { brand, assets, operator, may } = frame
  return page({
    brand,
    assets,
    title,
    wide: true,
    script: true,
    footer: html`Signed in with the key <bdi>${operator}</bdi>: ${may.admin ? 'everything' : may.support ? 'looking and helping' : 'looking only'}. What you change is written down.`,
    main: html`<nav class="bar" aria-label="Operator">
<ul>${sections.map(([name, label, href]) => html`
<li><a href="${href}"${name === section && html` aria-current="page"`}>${label}</a></li>`)}
</ul>
<form method="post" action="${links.operator}/sign-out">${proof(frame)}<button class="link" type="submit">Sign out</button></form>
</nav>
${main}`
  })
}

/** The hidden proof of a form that it is from this page. */
export function proof ({ formToken }: OperatorFrame): Html {
  return html`<input type="hidden" name="${formTokenField}" value="${formToken}">`
}

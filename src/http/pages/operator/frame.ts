// What do all pages of the operator have in common? Where one is, who one is, and the way out.
import type { Html } from '../html.ts'
import { html } from '../html.ts'
import { formNumberField, formTokenField, links } from '../links.ts'
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
  /** Of the form on this page that may be sent once. */
  readonly formNumber: string
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

/** The same, of a form that makes something which is shown once. */
export function proofOnce (frame: OperatorFrame): Html {
  return html`${proof(frame)}<input type="hidden" name="${formNumberField}" value="${frame.formNumber}">`
}

/** What a form is answered that was sent before. */
export function sentAlready (what: string): Html {
  return html`<p class="note warn" role="alert">This form was sent before, and by a reload nothing is done again. Unless the answer was an error, the ${what} was shown that one time. If you do not have it, make another with the form below.</p>`
}

/** The way back, above the heading of a page: where it belongs, from the widest. */
export function trail (...steps: ReadonlyArray<readonly [label: string, path: string]>): Html {
  return html`<p class="where">${steps.map(([label, path], place) => html`${place > 0 && ' › '}<a href="${links.operator}${path}"><bdi>${label}</bdi></a>`)}</p>`
}

/** A form of one button, which does one thing to what the page is about. */
export function deed (frame: OperatorFrame, path: string, label: string, kind: 'strong' | 'quiet' = 'quiet'): Html {
  return html`<form method="post" action="${links.operator}${path}">${proof(frame)}<button class="button${kind === 'quiet' && ' quiet'}" type="submit">${label}</button></form>`
}

/** The way to the next part of a long list. */
export function more (path: string, next: string | null, label = 'Older'): Html | false {
  return next !== null && html`<div class="row"><a class="button quiet" href="${`${links.operator}${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(next)}`}">${label}</a></div>`
}

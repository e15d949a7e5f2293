// What do all pages of the setup have in common? The steps on the left with what is done, one thing to do on the right, and for whom it is.
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { formTokenField, links } from '../links.ts'
import { page } from '../layout.ts'
import type { Look } from '../layout.ts'
import { utcDay } from '../reference.ts'

export type Step = 'okta' | 'app' | 'credentials' | 'preflight' | 'test' | 'domains' | 'done'

/** What every page of the setup is given. */
export interface Frame extends Look {
  readonly company: string
  /** Only the domains: there are no other steps. */
  readonly domainsOnly: boolean
  readonly done: ReadonlySet<Step>
  readonly until: Date
  readonly formToken: string
  /** People sign in through the connection and this link may not change it. */
  readonly locked: boolean
  /** What is set here waits beside what people sign in through. */
  readonly waits: boolean
}

export const stepNames: Readonly<Record<Step, string>> = {
  okta: 'Your Okta',
  app: 'Create the app',
  credentials: 'Hand over the client id',
  preflight: 'Check',
  test: 'Test sign-in',
  domains: 'Your domains',
  done: 'Done'
}
export const steps: readonly Step[] = ['okta', 'app', 'credentials', 'preflight', 'test', 'domains', 'done']

export function stepUrl (step: Step): string {
  return `${links.setup}/${step}`
}

/** Takes the frame, the step that is open (null for the overview), its title and its inside; returns the page. */
export function setupPage (frame: Frame, step: Step | null, title: string, main: Html): string {
  const { brand, assets, company } = frame
  return page({
    brand,
    assets,
    title,
    wide: true,
    script: true,
    footer: html`This setup is for <bdi>${company}</bdi> only, and stays open in this browser until ${utcDay(frame.until)}.`,
    main: frame.domainsOnly
      ? html`<div class="setup alone"><div class="card">${main}</div></div>`
      : html`<div class="setup">
${stepper(frame, step)}
<div class="card">${step !== null && html`<p class="where">Step ${steps.indexOf(step) + 1} of ${steps.length}</p>`}
${main}</div>
</div>`
  })
}

function stepper ({ done }: Frame, current: Step | null): Html {
  return html`<nav aria-label="Steps of the setup">
<ol class="steps">${steps.map(step => html`
<li${done.has(step) && html` class="done"`}${step === current && html` aria-current="step"`}><a href="${stepUrl(step)}">${stepNames[step]}${done.has(step) && html` <span class="spoken">(done)</span>`}</a></li>`)}
</ol>
</nav>`
}

/** The hidden proof of a form that it is from this page. */
export function proof ({ formToken }: Frame): Html {
  return html`<input type="hidden" name="${formTokenField}" value="${formToken}">`
}

/** A value that belongs into Okta or DNS, whole: one click selects it, and with the script another copies it. */
export function copyValue (name: string, value: string): Html {
  return html`<div class="copy"><code>${value}</code><button type="button" aria-label="Copy: ${name}" aria-live="polite" hidden>Copy</button></div>`
}

/** A drawing of a screen of Okta: where it is, and what to choose on it. */
export function screen (where: string, rows: ReadonlyArray<readonly [name: string, value: Html]>): Html {
  return html`<div class="screen"><p>${where}</p><dl>${rows.map(([name, value]) => html`
<dt>${name}</dt><dd>${value}</dd>`)}
</dl></div>`
}

export function pick (value: string): Html {
  return html`<span class="pick">${value}</span>`
}

/** What to know before changing anything, where people sign in through it. */
export function liveNote ({ locked, waits, brand }: Frame): Html | false {
  if (waits) return html`<p class="note warn">These settings wait. People go on signing in with the old ones until a test sign-in has passed with these and somebody takes them over.</p>`
  return locked && html`<p class="note warn">People sign in through this connection, so this link may look at it and test it, but not change it. <bdi>${brand.name}</bdi> can send you one that may.</p>`
}

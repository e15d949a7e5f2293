// How did one login go? What the person read, who can do something about it, and every step with its time.
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { links } from '../links.ts'
import { utcWords } from '../reference.ts'
import { type AttemptLine, outcomeWords } from './attempt-line.ts'
import { operatorPage, trail } from './frame.ts'
import type { OperatorFrame } from './frame.ts'

export interface StoryStep {
  readonly at: Date
  readonly words: string
  readonly bad: boolean
  readonly milliseconds: number | null
  /** Short facts, by name. What the provider said is among them. */
  readonly facts: ReadonlyArray<readonly [name: string, value: string]>
}

export interface OperatorStory extends OperatorFrame, Pick<AttemptLine, 'reference' | 'outcome' | 'words' | 'who' | 'startedAt'> {
  readonly tenant: { readonly slug: string, readonly name: string }
  readonly code: string | null
  readonly door: string
  readonly host: string | null
  readonly member: string | null
  readonly explained: { readonly headline: string, readonly sentence: string, readonly actions: readonly { readonly who: 'you' | 'it-admin' | 'vendor', readonly text: string }[] } | null
  readonly steps: readonly StoryStep[]
}

export function operatorStoryPage (data: OperatorStory): string {
  const { tenant, reference, outcome, words, explained, steps, member } = data
  return operatorPage(data, 'overview', `Sign-in ${reference}`, html`<div class="card">
${trail(['Customers', '/tenants'], [tenant.name, `/tenants/${tenant.slug}`], ['Sign-ins', `/tenants/${tenant.slug}/attempts`])}
<h1>${words ?? `This sign-in ${outcome === 'started' ? 'has not come back from Okta' : outcome === 'tested' ? 'was a test, and passed' : 'went well'}`}</h1>
<dl class="facts">
<div><dt>Person</dt><dd>${data.who === null ? 'Typed no address' : html`<bdi>${data.who}</bdi>`}${member !== null && html` · <a href="${links.operator}/tenants/${tenant.slug}/members/${member}">the member</a>`}</dd></div>
<div><dt>Customer</dt><dd><bdi>${tenant.name}</bdi>${data.host !== null && html`, <bdi>${data.host}</bdi>`}</dd></div>
<div><dt>Came by</dt><dd>${data.door}</dd></div>
<div><dt>Ended</dt><dd>${outcomeWords(outcome)}${data.code !== null && html` · <code>${data.code}</code>`}</dd></div>
<div><dt>Reference</dt><dd><code>${reference}</code></dd></div>
</dl>
</div>
${explained !== null && html`<section class="card"><h2>Who can do something about it</h2>
<dl class="who">${explained.actions.map(({ who, text }) => html`
<div><dt><bdi>${whom(who, data)}</bdi></dt><dd>${text}</dd></div>`)}
</dl>
<p class="hint">What the person read: “${explained.headline}. ${explained.sentence}”</p></section>`}
<section class="card"><h2>Step by step</h2>
<ul class="checks">${steps.map(step)}
</ul></section>`)
}

function whom (who: 'you' | 'it-admin' | 'vendor', { tenant, brand }: OperatorStory): string {
  if (who === 'you') return 'The person'
  return who === 'it-admin' ? `IT at ${tenant.name}` : `Us at ${brand.name}`
}

function step ({ at, words, bad, milliseconds, facts }: StoryStep): Html {
  return html`
<li class="${bad ? 'no' : 'ok'}"><span aria-hidden="true">${bad ? '✕' : '·'}</span><span>${words}</span><time datetime="${at.toISOString()}" title="${utcWords(at)}">${at.toISOString().slice(11, 19)} UTC</time><small>${milliseconds !== null && `${milliseconds} ms`}${milliseconds !== null && facts.length > 0 && ' · '}${facts.map(([name, value], place) => html`${place > 0 && ' · '}${name}: <bdi>${value}</bdi>`)}</small></li>`
}

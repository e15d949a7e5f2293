// What happens next, and when? And what is still missing, where something is.
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { utcWords } from '../reference.ts'
import { setupPage, stepNames, stepUrl } from './frame.ts'
import type { Frame, Step } from './frame.ts'

export interface DoneStep extends Frame {
  readonly missing: readonly Step[]
  readonly state: 'draft' | 'verified' | 'pilot' | 'live' | 'retired' | null
  readonly goLiveAt: Date | null
}

export function donePage (data: DoneStep): string {
  const { missing, brand, state } = data
  const finished = missing.length === 0
  return setupPage(data, 'done', finished ? 'Done' : 'Almost done', html`<h1>${finished ? 'That was all' : 'Almost done'}</h1>
<p class="lead">${finished ? html`Thank you. <bdi>${brand.name}</bdi> sees that everything is in place.` : html`Something is left to do before <bdi>${brand.name}</bdi> can switch it on.`}</p>
${!finished && html`<ul class="checks">${missing.map(step => html`
<li class="wait"><span aria-hidden="true">○</span><a href="${stepUrl(step)}">${stepNames[step]}</a><span class="state">open</span></li>`)}
</ul>`}
<h2>What happens next</h2>
<dl class="facts">
<div><dt>Now</dt><dd>${now(data)}</dd></div>
${state !== 'live' && data.goLiveAt === null && html`<div><dt>Then</dt><dd><bdi>${brand.name}</bdi> lets a few people try it, and everybody when those are content. It can be undone with one click.</dd></div>
`}<div><dt>Every day</dt><dd>The connection and your domains are checked. If something breaks, <bdi>${brand.name}</bdi> hears of it before your people do.</dd></div>
</dl>
${finished
  ? html`<p class="hint">You can close this page. It opens again in this browser: look at it, or test once more.</p>`
  : html`<div class="row"><a class="button" href="${stepUrl(missing[0] ?? 'okta')}">Go on: ${stepNames[missing[0] ?? 'okta']}</a></div>`}`)
}

function now ({ state, goLiveAt, brand }: DoneStep): Html {
  if (state === 'live') return html`Everybody with an address of your domains signs in with Okta.`
  if (goLiveAt !== null) return html`It goes live on <time datetime="${goLiveAt.toISOString()}">${utcWords(goLiveAt)}</time>. Until then nobody’s sign-in changes.`
  if (state === 'pilot') return html`A few people, whom you and <bdi>${brand.name}</bdi> have agreed on, sign in with Okta. For all others nothing has changed.`
  return html`Nobody’s sign-in has changed.`
}

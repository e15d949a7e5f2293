// How far is the setup? Every step with what is done and what is missing, and one button to go on.
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { liveNote, setupPage, stepNames, steps, stepUrl } from './frame.ts'
import type { Frame, Step } from './frame.ts'

export interface Overview extends Frame {
  readonly next: Step
  /** What is known of a step, in our own words: `acme.okta.com`, `2 of 3 proven`. */
  readonly details: Readonly<Partial<Record<Step, string>>>
  /** Steps that somebody else has to act on, like DNS. */
  readonly waiting: ReadonlySet<Step>
  /** Steps at which something was found that is not right. */
  readonly wrong: ReadonlySet<Step>
}

export function overviewPage (data: Overview): string {
  const { brand, company, done, next } = data
  const shown = steps.filter(step => step !== 'done')
  const finished = next === 'done'
  return setupPage(data, null, 'Your setup', html`<h1>${finished ? html`<bdi>${company}</bdi> is ready to sign in with Okta` : html`Connect <bdi>${company}</bdi>’s Okta to <bdi>${brand.name}</bdi>`}</h1>
<p class="lead">${finished ? 'Every step is done.' : done.size === 0 ? 'Six short steps. You can stop at any of them and go on later in this browser.' : 'Go on where you left. Every step can be opened again.'}</p>
${liveNote(data)}
<ul class="checks">${shown.map(step => line(data, step))}
</ul>
<div class="row"><a class="button" href="${stepUrl(next)}">${finished ? 'What happens next' : html`${done.size === 0 ? 'Start' : 'Go on'}: ${stepNames[next]}`}</a></div>`)
}

function line ({ done, waiting, wrong, details }: Overview, step: Step): Html {
  const [kind, mark, word] = done.has(step) ? ['ok', '✓', 'done'] : wrong.has(step) ? ['no', '✕', 'not right'] : waiting.has(step) ? ['wait', '…', 'waiting'] : ['wait', '○', 'open']
  return html`
<li class="${kind}"><span aria-hidden="true">${mark}</span><a href="${stepUrl(step)}">${stepNames[step]}</a><span class="state">${word}</span>${details[step] !== undefined && html`<small>${details[step]}</small>`}</li>`
}

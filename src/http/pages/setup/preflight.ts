// Would a sign-in work? What was checked without anybody, and for each thing that is not right what to change and where.
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { utcWords } from '../reference.ts'
import { liveNote, proof, setupPage, stepUrl } from './frame.ts'
import type { Frame } from './frame.ts'

export interface PreflightStep extends Frame {
  readonly report: {
    readonly passed: boolean
    readonly at: Date
    readonly findings: readonly { readonly outcome: 'ok' | 'warning' | 'failed' | 'unknown', readonly message: string, readonly remedy: string | null }[]
  } | null
  /** Whether there is something to check yet. */
  readonly ready: boolean
}

const marks = { ok: ['ok', '✓', 'Right'], warning: ['maybe', '!', 'Note'], failed: ['no', '✕', 'Wrong'], unknown: ['wait', '…', 'Not known'] } as const
const order = ['failed', 'warning', 'ok', 'unknown'] as const

export function preflightPage (data: PreflightStep): string {
  const { report, ready } = data
  const title = report === null ? 'Check the connection' : report.passed ? 'Everything checked is right' : 'Something is not right yet'
  return setupPage(data, 'preflight', title, html`<h1>${title}</h1>
<p class="lead">${lead(data)}</p>
${liveNote(data)}
${report !== null && html`<ul class="checks">${order.flatMap(outcome => report.findings.filter(finding => finding.outcome === outcome)).map(line)}
</ul>
<p class="hint">Checked <time datetime="${report.at.toISOString()}">${utcWords(report.at)}</time>.</p>`}
${ready
  ? html`<form method="post" action="${stepUrl('preflight')}">
${proof(data)}
<div class="row">${report?.passed === true
  ? html`<button class="button quiet" type="submit">Check again</button><a class="button" href="${stepUrl('test')}">Go on: Test sign-in</a>`
  : html`<a class="button quiet" href="${stepUrl('credentials')}">Back</a><button class="button" type="submit">${report === null ? 'Run the checks' : 'Check again'}</button>`}</div>
</form>`
  : html`<div class="row"><a class="button" href="${stepUrl('credentials')}">Hand over the client id first</a></div>`}`)
}

function lead ({ report, waits }: PreflightStep): string {
  if (waits && report !== null) return 'These checks look at the settings that wait. Those in use are checked by themselves, every day.'
  if (report === null) return 'Your Okta is asked a few questions that need nobody to sign in. It takes a few seconds.'
  return report.passed ? 'Now a real sign-in can be tried.' : 'What is wrong comes first, with what to change in Okta. Then check again.'
}

function line ({ outcome, message, remedy }: NonNullable<PreflightStep['report']>['findings'][number]): Html {
  const [kind, mark, word] = marks[outcome]
  return html`
<li class="${kind}"><span><span aria-hidden="true">${mark}</span><span class="spoken">${word}:</span></span><span>${message}</span>${remedy !== null && html`<small>${remedy}</small>`}</li>`
}

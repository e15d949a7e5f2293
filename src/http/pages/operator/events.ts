// What was done, by whom, from where? The audit events, narrowed down by what an operator knows of them.
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { links } from '../links.ts'
import { utcWords } from '../reference.ts'
import { more, operatorPage } from './frame.ts'
import type { OperatorFrame } from './frame.ts'

export interface EventFilter {
  readonly tenant: string
  readonly type: string
  readonly actor: string
  readonly subject: string
  readonly from: string
  readonly to: string
}

export interface OperatorEvents extends OperatorFrame {
  readonly filter: EventFilter
  readonly events: readonly EventLine[]
  /** The query of this list, to go on with, and the cursor of its next part. */
  readonly query: string
  readonly next: string | null
}

interface EventLine {
  readonly at: Date
  readonly type: string
  readonly tenant: string | null
  readonly actor: string
  readonly address: string | null
  readonly subject: string | null
  /** Of the login that it belongs to. */
  readonly reference: string | null
  readonly details: string
}

const fields: ReadonlyArray<readonly [keyof EventFilter, string, string]> = [
  ['tenant', 'Customer', 'acme'],
  ['type', 'What', 'connection or member.suspended'],
  ['actor', 'Who did it', 'operator, gatehouse, apk-… or mem-…'],
  ['subject', 'To what', 'an id or a domain'],
  ['from', 'From (UTC)', '2026-11-01 or 2026-11-01T08:00'],
  ['to', 'Before (UTC)', '2026-12-01']
]

export function operatorEventsPage (data: OperatorEvents): string {
  const { filter, events, query, next } = data
  return operatorPage(data, 'events', 'Events', html`<div class="card">
<h1>Events</h1>
<form method="get" action="${links.operator}/events" role="search">
<div class="moment">${fields.map(([name, label, example]) => html`<p><label for="${name}">${label}</label><input id="${name}" type="text" name="${name}" value="${filter[name]}" maxlength="255" autocomplete="off" autocapitalize="none" spellcheck="false" dir="ltr" placeholder="${example}"></p>`)}</div>
<button class="button" type="submit">Show</button>
</form>
</div>
<section class="card"><h2>Latest first</h2>
${events.length === 0 && html`<p class="hint">Nothing is written down that fits.</p>`}
<ul class="checks">${events.map(line)}
</ul>
${more(`/events${query}`, next)}</section>`)
}

function line ({ at, type, tenant, actor, address, subject, reference, details }: EventLine): Html {
  return html`
<li class="wait"><span aria-hidden="true">·</span><b>${type}</b><time datetime="${at.toISOString()}">${utcWords(at)}</time><small>${tenant !== null && html`<a href="${links.operator}/tenants/${tenant}">${tenant}</a> · `}by <bdi>${actor}</bdi>${address !== null && html` from <bdi>${address}</bdi>`}${subject !== null && html` · to <bdi>${subject}</bdi>`}${reference !== null && html` · <a href="${links.operator}/attempts/${reference}">${reference}</a>`}${details !== '' && html`<details><summary>Details</summary><code>${details}</code></details>`}</small></li>`
}

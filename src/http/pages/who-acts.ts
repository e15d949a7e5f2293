// Who can do something about it, and what? The list that every failure shows: the person, their IT, the vendor.
import type { Brand } from './brand.ts'
import { html } from './html.ts'
import type { Html } from './html.ts'

export interface Action {
  readonly who: 'you' | 'it-admin' | 'vendor'
  /** One or two imperative sentences; menu paths with →. */
  readonly text: string
}

/** Takes the actions in the order they should be tried; returns the list, or nothing where there is none. */
export function whoActs (actions: readonly Action[], brand: Brand): Html | false {
  if (actions.length === 0) return false
  return html`<h2>Who can help</h2>
<dl class="who">${actions.map(action => html`
<div><dt><bdi>${whom(action.who, brand)}</bdi></dt><dd>${action.text}</dd></div>`)}
</dl>`
}

/** Takes a role; returns what the person who reads the page calls it. */
export function whom (who: Action['who'], brand: Brand): string {
  if (who === 'you') return 'You'
  return who === 'it-admin' ? 'Your IT admin' : brand.name
}

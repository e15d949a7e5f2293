// How does support find this very moment again? The reference and the time in UTC, at the foot of a card.
import { html } from './html.ts'
import type { Html } from './html.ts'

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Takes a moment; returns it in words, in UTC: `21 Nov 2026, 19:02 UTC`. The same on every machine, whatever its locale. */
export function utcWords (at: Date): string {
  return `${utcDay(at)}, ${at.toISOString().slice(11, 16)} UTC`
}

/** The day of it alone: `21 Nov 2026`. */
export function utcDay (at: Date): string {
  return `${at.getUTCDate()} ${months[at.getUTCMonth()] ?? ''} ${at.getUTCFullYear()}`
}

/** Takes the short id and the moment; returns the line that shows both. */
export function referenceLine (reference: string, at: Date): Html {
  return html`<p class="ref"><span>Reference <code>${reference}</code></span> <time datetime="${at.toISOString()}">${utcWords(at)}</time></p>`
}

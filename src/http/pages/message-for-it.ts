// What should a person send to their IT? Everything an Okta admin needs to act without asking back, and nothing secret.
import type { Brand } from './brand.ts'
import { html } from './html.ts'
import type { Html } from './html.ts'
import { utcWords } from './reference.ts'
import type { Action } from './who-acts.ts'

export interface Told {
  readonly brand: Brand
  readonly headline: string
  readonly sentence: string
  readonly actions: readonly Action[]
  readonly reference: string
  readonly at: Date
}

/** Takes what the failure page says; returns a plain-text message to IT, or null where IT has nothing to do. */
export function buildMessageForIt ({ brand, headline, sentence, actions, reference, at }: Told): string | null {
  const steps = actions.filter(action => action.who === 'it-admin').map(action => action.text)
  if (steps.length === 0) return null
  return [
    'Hello,', '',
    `I could not sign in to ${brand.name}. The page said:`, '',
    headline, sentence, '',
    'What you can do:', ...steps.map(step => `- ${step}`), '',
    `Reference: ${reference}`, `Time: ${utcWords(at)}`
  ].join('\n')
}

// Mail programs cut long addresses, and a cut message is worse than none: the text on the page is always whole.
const longestLink = 1_800

/** Takes the message; returns a fold-out with the text, one click selects it all, and a link that opens it as a mail. */
export function messageForItBlock (subject: string, message: string): Html {
  const link = `mailto:?subject=${encode(subject)}&body=${encode(message)}`
  return html`<details class="message">
<summary>A message for your IT team</summary>
<pre>${message}</pre>
${link.length <= longestLink && html`<p><a href="${link}">Open it as an email</a></p>`}
</details>`
}

function encode (text: string): string {
  return encodeURIComponent(text.toWellFormed().replace(/\r?\n/g, '\r\n'))
}

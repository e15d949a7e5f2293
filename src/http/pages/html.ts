// How can text that others typed never become markup? The template tag escapes every value that is not already Html.

/** What may stand in a template. Strings and numbers are escaped, arrays joined, null, undefined and false are nothing. */
export type HtmlValue = Html | string | number | null | undefined | false | readonly HtmlValue[]

let wrap: (markup: string) => Html

/** Markup that is safe to send. Only `html` and `raw` can make one: a cast or a look-alike object has no private field. */
export class Html {
  readonly #markup: string

  private constructor (markup: string) {
    this.#markup = markup
  }

  static {
    wrap = markup => new Html(markup)
  }

  toString (): string {
    return this.#markup
  }
}

/**
 * A tagged template that yields Html. Takes the values listed under `HtmlValue`, safe as text and inside quoted attributes.
 * Refuses, with an Error, a value in an unquoted attribute, where no escaping would help.
 */
export function html (strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let markup = strings[0] ?? ''
  for (const [i, value] of values.entries()) {
    if (markup.endsWith('=')) throw new Error('a value stands in an unquoted attribute')
    markup += render(value) + (strings[i + 1] ?? '')
  }
  return wrap(markup)
}

/** Markup that is a constant of the source. The type takes no values, so nothing from outside can enter. */
export function raw (strings: TemplateStringsArray): Html {
  return wrap(strings.join(''))
}

function render (value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return ''
  if (value instanceof Html) return value.toString()
  if (typeof value === 'string') return escape(value)
  if (typeof value === 'number') return String(value)
  return value.map(render).join('')
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;', '`': '&#96;' }

// Control characters break parsers. Bidirectional embeddings and overrides let a name rewrite the sentence around it;
// the plain marks (U+200E, U+200F) stay, right-to-left names use them.
const invisible = /(?![\t\n\r])\p{Cc}|[\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu

function escape (text: string): string {
  return text.toWellFormed().replace(invisible, '').replace(/[&<>"'`]/g, character => entities[character] ?? '')
}

// How does text get into a page of the stand-ins? Escaped, unless it is HTML that was made the same way.

/** HTML that is safe to put into a page. Only `html` makes it. */
export class Html {
  readonly #text: string

  constructor (strings: TemplateStringsArray, values: HtmlValue[]) {
    this.#text = strings.map((text, at) => at === 0 ? text : render(values[at - 1]) + text).join('')
  }

  toString (): string {
    return this.#text
  }
}

export type HtmlValue = Html | string | number | undefined | HtmlValue[]

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function render (value: HtmlValue): string {
  if (value === undefined) return ''
  if (Array.isArray(value)) return value.map(render).join('')
  if (value instanceof Html) return value.toString()
  return String(value).replace(/[&<>"']/g, character => ESCAPES[character] ?? '')
}

/** A template tag that escapes what is put in. */
export function html (strings: TemplateStringsArray, ...values: HtmlValue[]): Html {
  return new Html(strings, values)
}

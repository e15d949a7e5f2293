// What can a person click on this page? Links and forms, read from HTML well enough for pages we know.

export interface Link { href: string, text: string }

export interface Form {
  action: string
  method: 'GET' | 'POST'
  fields: Record<string, string>
  /** The buttons with a name, as [name, value]. A browser sends the one that is pressed. */
  buttons: Array<[string, string]>
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }

function decode (text: string): string {
  return text.replace(/&(#x?[\da-f]+|\w+);/gi, (whole, name: string) => {
    if (/^#x/i.test(name)) return String.fromCodePoint(parseInt(name.slice(2), 16))
    return name.startsWith('#') ? String.fromCodePoint(Number(name.slice(1))) : ENTITIES[name] ?? whole
  })
}

function parseAttributes (tag: string): Map<string, string> {
  const found = tag.matchAll(/([\w:-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g)
  return new Map([...found].slice(1).map(([, name = '', double, single, bare]) => [name.toLowerCase(), decode(double ?? single ?? bare ?? '')]))
}

/** The text of a piece of HTML, without its tags. */
export function textOf (html: string): string {
  const visible = html.replace(/<(script|style|title)\b[^]*?<\/\1>/gi, ' ').replace(/<[^>]*>/g, ' ')
  return decode(visible).replace(/\s+/g, ' ').trim()
}

/** All links of a page. */
export function findLinks (html: string): Link[] {
  return [...html.matchAll(/(<a\b[^>]*>)([^]*?)<\/a>/gi)].map(([, tag = '', inner = '']) => ({
    href: parseAttributes(tag).get('href') ?? '',
    text: textOf(inner)
  }))
}

function parseForm (tag: string, inner: string): Form {
  const attributes = parseAttributes(tag)
  const fields: Record<string, string> = {}
  const buttons: Array<[string, string]> = []
  for (const [control] of inner.matchAll(/<(input|button|textarea|select)\b[^>]*>/gi)) {
    const own = parseAttributes(control)
    const name = own.get('name')
    const type = own.get('type') ?? (/^<button/i.test(control) ? 'submit' : 'text')
    if (name === undefined || own.has('disabled')) continue
    if (type === 'submit') buttons.push([name, own.get('value') ?? ''])
    else if (!['checkbox', 'radio'].includes(type) || own.has('checked')) fields[name] = own.get('value') ?? (type === 'checkbox' ? 'on' : '')
  }
  return { action: attributes.get('action') ?? '', method: attributes.get('method')?.toUpperCase() === 'POST' ? 'POST' : 'GET', fields, buttons }
}

/** All forms of a page, with what is filled in already. */
export function findForms (html: string): Form[] {
  return [...html.matchAll(/(<form\b[^>]*>)([^]*?)<\/form>/gi)].map(([, tag = '', inner = '']) => parseForm(tag, inner))
}

// Which elements does a page really hold? Reads our own markup strictly, so that a page it cannot read is a failure.
import assert from 'node:assert/strict'

export interface Tag {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
}

const empty = new Set(['meta', 'link', 'input', 'img'])

/** Takes a whole document; returns its elements in order. Throws when a tag is not closed, an attribute not quoted, or a `<` stands alone. */
export function tags (page: string): readonly Tag[] {
  const found: Tag[] = []
  const open: string[] = []
  const rest = page.replace(/^<!doctype html>/, '').replace(/<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+(?:="[^"<>]*")?)*)\s*>/g, (_, closing: string, name: string, attributes: string) => {
    if (closing !== '') {
      assert.equal(open.pop(), name)
      return ''
    }
    if (!empty.has(name)) open.push(name)
    found.push({ name, attributes: new Map([...attributes.matchAll(/([a-z-]+)(?:="([^"]*)")?/g)].map(match => [match[1] ?? '', match[2] ?? ''])) })
    return ''
  })
  assert.deepEqual(open, [])
  assert.doesNotMatch(rest, /[<>"]/)
  return found
}

/** Takes a page; returns what a person reads on it: no tags, entities resolved, white space folded. */
export function words (page: string): string {
  const entities: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&#96;': '`', '&amp;': '&' }
  return page.replace(/<head>.*?<\/head>/s, '').replace(/<(?!\/?(?:b|bdi|code|a)\b)[^>]*>/g, ' ').replace(/<[^>]*>/g, '')
    .replace(/&(?:lt|gt|quot|#39|#96|amp);/g, entity => entities[entity] ?? '').replace(/\s+/g, ' ').trim()
}

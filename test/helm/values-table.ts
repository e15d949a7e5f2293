// What can be set, and what is it for? The table of the chart's README, made from values.yaml.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isMap, isScalar, parseDocument, type Pair, type YAMLMap } from 'yaml'
import { chart } from './helm-program.ts'

const START = '<!-- values -->'
const END = '<!-- /values -->'

/** The table's rows; a value without a description is an error. */
export function buildValuesTable (values: string): string {
  const { contents } = parseDocument(values)
  if (!isMap(contents)) throw new Error('values.yaml holds no map')
  const rows = rowsOf(contents, '', '')
  return ['| value | default | what it is |', '| --- | --- | --- |', ...rows].join('\n')
}

function rowsOf (map: YAMLMap, path: string, inherited: string): string[] {
  return map.items.flatMap((pair, index) => {
    if (!isScalar(pair.key)) throw new Error(`A key under ${path} is no text`)
    const name = path === '' ? String(pair.key.value) : `${path}.${String(pair.key.value)}`
    // The comment before a map's first key is taken for the map's own.
    const comment = [pair.key.commentBefore ?? '', index === 0 ? map.commentBefore ?? inherited : ''].join('\n')
    const description = /^ ?-- (.+)$/m.exec(comment)?.[1]
    const { value } = pair
    if (description === undefined) {
      if (isMap(value) && value.items.length > 0) return rowsOf(value, name, '')
      throw new Error(`${name} has no description`)
    }
    return [`| \`${name}\` | ${defaultOf(pair)} | ${description.replaceAll('|', '\\|')} |`]
  })
}

function defaultOf (pair: Pair): string {
  const value: unknown = isScalar(pair.value) ? pair.value.value : isNode(pair.value) ? pair.value.toJSON() : null
  return value === null || value === '' ? '' : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``
}

function isNode (value: unknown): value is { toJSON: () => unknown } {
  return typeof value === 'object' && value !== null && 'toJSON' in value
}

/** The README with the table as it should be. */
export function withValuesTable (readme: string, table: string): string {
  const start = readme.indexOf(START)
  const end = readme.indexOf(END)
  if (start < 0 || end < start) throw new Error('The README has no place for the table')
  return `${readme.slice(0, start + START.length)}\n${table}\n${readme.slice(end)}`
}

if (import.meta.main) {
  const file = join(chart, 'README.md')
  writeFileSync(file, withValuesTable(readFileSync(file, 'utf8'), buildValuesTable(readFileSync(join(chart, 'values.yaml'), 'utf8'))))
}

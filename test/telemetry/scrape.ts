// What does a scrape say? Its lines, taken apart as Prometheus takes them apart.
import { request } from 'undici'

export interface Series {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface Scrape {
  readonly contentType: string
  readonly text: string
  /** By name: `counter`, `gauge`, `histogram`. */
  readonly kinds: ReadonlyMap<string, string>
  readonly series: readonly Series[]
  /** The sum of what fits. */
  sum (name: string, labels?: Readonly<Record<string, string>>): number
}

export async function scrape (management: string): Promise<Scrape> {
  const answer = await request(`${management}/metrics`)
  const text = await answer.body.text()
  if (answer.statusCode !== 200) throw new Error(`${answer.statusCode} ${text}`)
  const lines = text.split('\n')
  const series = lines.filter(line => line !== '' && !line.startsWith('#')).map(readSeries)
  return {
    contentType: String(answer.headers['content-type']),
    text,
    kinds: new Map(lines.filter(line => line.startsWith('# TYPE ')).map(line => line.split(' ')).map(([, , name = '', kind = '']) => [name, kind])),
    series,
    sum: (name, labels = {}) => series.filter(one => one.name === name && Object.entries(labels).every(([label, value]) => one.labels[label] === value)).reduce((sum, { value }) => sum + value, 0)
  }
}

function readSeries (line: string): Series {
  const [, name = '', labels = '', value] = /^([a-z_:0-9]+)(?:\{(.*)\})? (\S+)$/i.exec(line) ?? []
  if (name === '' || value === undefined) throw new Error(`no series: ${line}`)
  return { name, labels: Object.fromEntries([...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', text = '']) => [label, text])), value: Number(value) }
}

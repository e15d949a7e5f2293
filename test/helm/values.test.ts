// The values, their schema, the README and the metrics say the same.
import t from 'tap'
import { Part, readChartFile, readChartYaml } from './example.ts'
import { buildValuesTable, withValuesTable } from './values-table.ts'

const values = readChartYaml('values.yaml')
const schema = new Part(JSON.parse(readChartFile('values.schema.json')))

void t.test('the table of the README is made from values.yaml', async t => {
  const readme = readChartFile('README.md')
  t.equal(readme, withValuesTable(readme, buildValuesTable(readChartFile('values.yaml'))), 'run: node test/helm/values-table.ts')
})

void t.test('a value without a description is not taken into the table', async t => {
  t.throws(() => buildValuesTable('a:\n  # -- b\n  b: 1\n  c: 2\n'), /a\.c has no description/)
  t.equal(buildValuesTable('a:\n  # -- what b is\n  b: x\n').split('\n').at(-1), '| `a.b` | `x` | what b is |')
})

void t.test('the schema knows every value, and closes every map whose keys it knows', async t => {
  const compare = (part: Part, described: Part, path: string): void => {
    for (const [key, value] of part.entries) {
      const own = described.at('properties', key)
      t.ok(own.value, `${path}${key} is in the schema`)
      if (own.at('properties').value !== undefined) compare(value, own, `${path}${key}.`)
    }
    for (const [key] of described.at('properties').entries.filter(([key]) => path === '' && key !== 'global')) t.not(part.at(key).value, undefined, `${key} is in values.yaml`)
  }
  compare(values, schema, '')
  const closed = (part: Part, path: string): void => {
    if (part.at('properties').value !== undefined && !/\/(if|then|not)$/.test(path)) t.equal(part.at('additionalProperties').value, false, path)
    for (const [key, value] of part.entries) closed(value, `${path}/${key}`)
  }
  closed(schema, '')
})

void t.test('alerts and the dashboard speak of the metrics of the list, and of every one', async t => {
  const list = readChartYaml('files/metric-names.yaml')
  const known = new Map(list.entries.map(([name, metric]) => [name, metric]))
  const series = (text: string) => [...text.matchAll(/\b((?:gatehouse|nodejs|process)_[a-z0-9_]+)(?:\{([^}]*)\})?/g)].map(([, name = '', labels = '']) => ({ name, labels: [...labels.matchAll(/(\w+)\s*[=!]/g)].map(([, label = '']) => label) }))
  const dashboard = new Part(JSON.parse(readChartFile('files/dashboard.json')))
  const expressions = [
    ...readChartYaml('files/alerts.yaml').items.map(alert => alert.at('expr').text),
    ...dashboard.at('panels').items.flatMap(panel => panel.at('targets').items.map(target => target.at('expr').text)),
    ...dashboard.at('templating', 'list').items.flatMap(variable => variable.at('definition').text)
  ]
  const used = new Set<string>()
  for (const { name, labels } of expressions.flatMap(series)) {
    const metric = known.get(name) ?? known.get(name.replace(/_(bucket|sum|count)$/, ''))
    t.ok(metric, name)
    if (metric === undefined) continue
    used.add(name.replace(/_(bucket|sum|count)$/, ''))
    t.equal(metric.at('kind').text === 'histogram', /_(bucket|sum|count)$/.test(name), `${name} is a ${metric.at('kind').text}`)
    t.equal(metric.at('kind').text === 'counter', name.endsWith('_total'), `${name} is a ${metric.at('kind').text}`)
    const own = [...metric.at('labels').items.map(label => label.text), 'job', 'pod', 'le']
    t.strictSame(labels.filter(label => !own.includes(label)), [], name)
  }
  t.strictSame([...known.keys()].filter(name => !used.has(name)), [], 'a metric that nobody looks at')
})

void t.test('every alert says what happened and what to do', async t => {
  for (const alert of readChartYaml('files/alerts.yaml').items) {
    t.match(alert.value, { alert: /^Gatehouse[A-Z]/, severity: /^(warning|critical)$/, for: /^\d+m$/, summary: /\S/, description: /\.$/ })
    t.match(alert.at('expr').text, 'job="JOB"')
  }
})

void t.test('the values as they come hold no secret, and the image is nobody\'s in particular', async t => {
  t.notMatch(readChartFile('values.yaml'), /postgres(ql)?:\/\/\w|smtps?:\/\/|BEGIN /)
  t.equal(values.at('image', 'repository').text, 'gatehouse')
})

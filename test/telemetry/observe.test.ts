// Does the page for whoever is on call speak of every metric and every alert, and of none that there is not?
import { readFileSync } from 'node:fs'
import t from 'tap'
import { readChartYaml } from '../helm/example.ts'

const page = readFileSync(new URL('../../docs/observe.md', import.meta.url), 'utf8')
const rows = [...page.matchAll(/^\| `(\w+)` \|([^|]*)\|/gm)].map(([, name = '', second = '']) => [name, second] as const)

void t.test('Each metric of the chart has a row with its labels', async t => {
  const told = rows.filter(([name]) => /^(gatehouse|nodejs)_/.test(name)).map(([name, labels]) => [name, [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label)])
  t.strictSame(told, readChartYaml('files/metric-names.yaml').entries.map(([name, metric]) => [name, metric.at('labels').items.map(label => label.text)]))
})

void t.test('Each alert has a row that says what to do', async t => {
  t.strictSame(rows.filter(([name]) => /^Gatehouse[A-Z]/.test(name)).map(([name]) => name), readChartYaml('files/alerts.yaml').items.map(alert => alert.at('alert').text))
})

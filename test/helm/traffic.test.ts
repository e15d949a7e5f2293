// What leads where: selectors, services, routes, policies, monitoring, and what the notes say of it.
import { join } from 'node:path'
import t from 'tap'
import { callHelm, gatewayOf, type Part, podOf, release, renderExample, renderExamples } from './example.ts'
import { chart } from './helm-program.ts'
import { withProgram } from './with-helm.ts'

const selects = (selector: Part, labels: Part) => selector.entries.length > 0 && selector.entries.every(([key, value]) => labels.at(key).text === value.text)

await withProgram(t, 'helm', async () => {
  const { examples, example } = await renderExamples()

  await t.test('selectors find the gateway\'s pods and nobody else\'s, and are the same whatever is set', async t => {
    for (const one of examples) {
      const deployment = one.one('Deployment')
      const selector = deployment.at('spec', 'selector', 'matchLabels')
      t.strictSame(selector.value, { 'app.kubernetes.io/name': 'gatehouse', 'app.kubernetes.io/instance': release, 'app.kubernetes.io/component': 'gateway' }, one.name)
      const used = [selector, ...one.all('Service').map(service => service.at('spec', 'selector')), ...one.all('PodDisruptionBudget').map(budget => budget.at('spec', 'selector', 'matchLabels')), one.one('Deployment').at('spec', 'template', 'spec', 'topologySpreadConstraints', 0, 'labelSelector', 'matchLabels')].filter(part => part.value !== undefined)
      for (const part of used) {
        t.strictSame(part.value, selector.value, one.name)
        t.ok(selects(part, deployment.at('spec', 'template', 'metadata', 'labels')), one.name)
        for (const object of one.objects.filter(object => object.kind !== 'Deployment')) {
          const pod = podOf(object)
          if (pod !== null) t.notOk(selects(part, pod.at('metadata', 'labels')), `${one.name} ${object.kind}`)
        }
      }
    }
  })

  await t.test('labels of the operator\'s never take the place of those that select', async t => {
    const selector = { 'app.kubernetes.io/name': 'gatehouse', 'app.kubernetes.io/component': 'gateway' }
    for (const key of ['podLabels', 'commonLabels']) {
      const one = await renderExample('minimal-values.yaml', '--set', `${key}.app\\.kubernetes\\.io/component=other,${key}.app\\.kubernetes\\.io/name=other`)
      t.match(one.one('Deployment').at('spec', 'template', 'metadata', 'labels').value, selector, key)
    }
  })

  await t.test('health and metrics are on a Service of their own, and no ingress, route or load balancer leads there', async t => {
    for (const one of examples) {
      const [http, management] = [one.one('Service', one.one('Deployment').name), one.one('Service', '-management')]
      t.strictSame(http.at('spec', 'ports').items.map(port => port.at('targetPort').text), ['http'], one.name)
      t.strictSame(management.at('spec', 'ports').items.map(port => port.at('targetPort').text), ['management'], one.name)
      t.equal(management.at('spec', 'type').text, 'ClusterIP')
      const backends = [
        ...one.all('Ingress').flatMap(ingress => ingress.at('spec', 'rules').items.flatMap(rule => rule.at('http', 'paths').items.map(path => path.at('backend', 'service')))).map(service => `${service.at('name').text} ${service.at('port', 'name').text}`),
        ...one.all('HTTPRoute').flatMap(route => route.at('spec', 'rules').items.flatMap(rule => rule.at('backendRefs').items)).map(backend => `${backend.at('name').text} ${backend.at('port').text === http.at('spec', 'ports', 0, 'port').text ? 'http' : 'another'}`)
      ]
      t.strictSame(backends.filter(backend => backend !== `${http.name} http`), [], one.name)
      for (const name of ['startupProbe', 'livenessProbe', 'readinessProbe']) t.match(gatewayOf(one).at(name, 'httpGet').value, { port: 'management', path: name === 'readinessProbe' ? '/readyz' : '/livez' }, one.name)
    }
  })

  await t.test('an ingress and the routes carry the login host whole, and the other hosts as far as was said', async t => {
    const rules = example('ingress').one('Ingress').at('spec', 'rules').items.map(rule => [rule.at('host').text, rule.at('http', 'paths', 0, 'path').text])
    t.strictSame(rules, [['login.northwind.test', '/'], ['app.northwind.test', '/auth'], ['orders.northwind.test', '/']])
    const routes = example('gateway-api').all('HTTPRoute').map(route => [route.name, route.at('spec', 'hostnames').value, route.at('spec', 'rules', 0, 'matches', 0, 'path', 'value').text])
    t.strictSame(routes, [
      ['northwind-gatehouse', ['login.northwind.test', 'orders.northwind.test'], '/'],
      ['northwind-gatehouse-auth', ['app.northwind.test', 'shop.northwind.test'], '/auth']
    ])
    const both = example('ingress-and-gateway-api')
    t.equal(both.one('Ingress').at('spec', 'rules', 0, 'host').text, 'login.northwind.test', 'a port is no part of the host')
    t.strictSame(both.one('HTTPRoute').at('spec', 'hostnames').value, ['login.northwind.test'])
    t.strictSame([example('minimal').all('Ingress').length, example('minimal').all('HTTPRoute').length], [0, 0])
  })

  await t.test('with network policies every pod may reach what it needs, and no port is open that nobody named', async t => {
    const one = example('network-policy')
    const policies = one.all('NetworkPolicy')
    for (const policy of policies) t.strictSame(policy.at('spec', 'policyTypes').value, ['Ingress', 'Egress'], policy.name)
    const ports = (policy: Part) => policy.at('spec', 'egress').items.flatMap(rule => rule.at('ports').items.map(port => port.at('port').value))
    const gateway = one.one('NetworkPolicy', one.one('Deployment').name)
    t.strictSame(ports(gateway), [53, 53, 6432, 443, 465, 8080])
    t.strictSame(ports(one.one('NetworkPolicy', '-jobs')), [53, 53, 6432])
    t.strictSame(ports(one.one('NetworkPolicy', '-migration')), [53, 53, 6432])
    const [http, management] = gateway.at('spec', 'ingress').items
    t.match(http?.value, { ports: [{ port: 'http' }], from: [{ namespaceSelector: { matchExpressions: [{ values: ['ingress-nginx', 'proxies'] }] } }, { ipBlock: { cidr: '10.0.0.0/16' } }] })
    const [testers, watchers] = management?.at('from').items.map(peer => peer.value) ?? []
    t.match(testers, { podSelector: { matchLabels: { 'app.kubernetes.io/component': 'test' } } })
    t.match(watchers, { namespaceSelector: { matchExpressions: [{ values: ['monitoring'] }] } })
    const blocks = gateway.at('spec', 'egress', 2, 'to').items
    t.strictSame(blocks.map(block => block.at('ipBlock', 'except').items.every(range => range.text.includes(':') === block.at('ipBlock', 'cidr').text.includes(':'))), [true, true])
    for (const other of examples.filter(other => other.all('NetworkPolicy').length > 0)) {
      for (const policy of other.all('NetworkPolicy')) {
        const rules = policy.at('spec', 'ingress').items.filter(rule => rule.at('ports').items.some(port => port.at('port').text === 'management'))
        for (const rule of rules) t.ok(rule.at('from').items.length > 0, `${other.name}: management is never open to everyone`)
      }
    }
    t.equal(example('minimal').all('NetworkPolicy').length, 0)
  })

  await t.test('there is no monitoring unless it is asked for, and then it finds the management Service alone', async t => {
    const kinds = ['ServiceMonitor', 'PrometheusRule']
    t.strictSame(kinds.map(kind => example('minimal').all(kind).length), [0, 0])
    const one = example('metrics')
    const selector = one.one('ServiceMonitor').at('spec', 'selector', 'matchLabels')
    t.strictSame(one.all('Service').filter(service => selects(selector, service.at('metadata', 'labels'))).map(service => service.name), ['northwind-gatehouse-management'])
    t.equal(one.one('ServiceMonitor').at('spec', 'endpoints', 0, 'port').text, one.one('Service', '-management').at('spec', 'ports', 0, 'name').text)
    const rules = one.one('PrometheusRule').at('spec', 'groups', 0, 'rules').items
    t.notOk(rules.some(rule => rule.at('alert').text === 'GatehouseBusy'))
    for (const rule of rules.filter(rule => rule.at('alert').value !== undefined)) {
      t.match(rule.at('labels').value, { team: 'platform', severity: /^(warning|critical)$/ })
      t.match(rule.at('expr').text, 'job="northwind-gatehouse-management"')
    }
    t.equal(JSON.parse(one.one('ConfigMap', '-dashboard').at('data', 'gatehouse.json').text).uid, 'gatehouse')
  })

  const asksCluster = (await callHelm('version', '--short')).output.startsWith('v3') ? 'Helm 3 asks a cluster before it shows notes' : false
  await t.test('the notes say where it is and how to ask it, and hold no secret', { skip: asksCluster }, async t => {
    for (const one of examples) {
      const { code, output, faults } = await callHelm('install', release, chart, '--dry-run=client', '--namespace', 'sign-in', '--values', join(chart, 'ci', one.name))
      t.equal(code, 0, faults)
      const notes = output.slice(output.indexOf('NOTES:'))
      t.match(notes, 'https://login.northwind.test', one.name)
      t.match(notes, '/readyz')
      t.notMatch(notes, /postgres(ql)?:\/\/|smtps?:\/\/|<no value>|%!|\n\n\n/, one.name)
    }
  })
})

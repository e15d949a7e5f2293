// Values that would not do what was meant are refused, with the path of what is wrong.
import t from 'tap'
import { join } from 'node:path'
import { callHelm } from './example.ts'
import { chart } from './helm-program.ts'
import { withProgram } from './with-helm.ts'

// What is set, how helm is told, what the answer names.
const refused: ReadonlyArray<readonly [what: string, values: object, said: RegExp]> = [
  ['a misspelt key', { replicas: 3 }, /replicas/],
  ['a misspelt key inside', { config: { publicURL: 'https://x.test' } }, /config.*publicURL/s],
  ['a misspelt key deep inside', { networkPolicy: { egress: { postgres: { port: 1 } } } }, /postgres/],
  ['a misspelt key in a list', { hosts: [{ hostname: 'app.northwind.test' }] }, /hostname/],
  ['a misspelt key of a probe', { probes: { liveness: { period: 5 } } }, /period/],
  ['a secret as a value', { secrets: { databaseUrl: { value: 'x' } } }, /secrets\/databaseUrl.*value/s],
  ['a secret among the settings', { config: { encryptionKeys: 'x' } }, /encryptionKeys/],
  ['a secret as plain environment', { extraEnv: [{ name: 'COOKIE_SECRETS', value: 'x' }] }, /extraEnv\/0/],
  ['a Secret as an object', { extraObjects: [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' }, stringData: { x: 'y' } }] }, /a Secret does not belong into values/],
  ['a Secret as text', { extraObjects: ['apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\n'] }, /a Secret does not belong into values/],
  ['an object that is none', { extraObjects: ['not: an object'] }, /every item is one object/],
  ['a setting of the chart\'s as environment', { extraEnv: [{ name: 'MANAGEMENT_PORT', value: '80' }] }, /extraEnv\/0/],
  ['no login host', { config: { publicUrl: '' } }, /publicUrl/],
  ['a login host without https', { config: { publicUrl: 'http://login.northwind.test' } }, /publicUrl/],
  ['a login host with a path', { config: { publicUrl: 'https://login.northwind.test/auth' } }, /publicUrl/],
  ['no Secret at all', { secrets: { existingSecret: '' } }, /secrets\.existingSecret or secrets\.\w+\.existingSecret is required/],
  ['a text where a number belongs', { replicaCount: 'two' }, /replicaCount/],
  ['a port that needs privileges', { ports: { http: 80 } }, /ports\/http/],
  ['a container that may be root', { containerSecurityContext: { runAsUser: 0 } }, /runAsUser/],
  ['a container with privileges', { containerSecurityContext: { privileged: true } }, /privileged/],
  ['a file system that can be written', { containerSecurityContext: { readOnlyRootFilesystem: false } }, /readOnlyRootFilesystem/],
  ['pods that may be root', { podSecurityContext: { runAsNonRoot: false } }, /runAsNonRoot/],
  ['a digest that is none', { image: { digest: 'sha256:123' } }, /digest/],
  ['a sender without a mail server', { 'config.mailFrom': 'Northwind <sign-in@northwind.test>' }, /mailFrom and secrets\.smtpUrl\.enabled are set together/],
  ['a mail server without a sender', { 'secrets.smtpUrl.enabled': true }, /mailFrom and secrets\.smtpUrl\.enabled are set together/],
  ['a preStop shorter than the delay', { shutdown: { delaySeconds: 10, preStopSeconds: 5 } }, /preStopSeconds \(5\) must be 0 or not less than shutdown\.delaySeconds \(10\)/],
  ['a drain that the gateway cannot finish in', { shutdown: { drainSeconds: 10 } }, /drainSeconds/],
  ['routes without a Gateway', { httpRoute: { enabled: true } }, /httpRoute\.parentRefs is required/],
  ['the login host twice', { hosts: [{ host: 'login.northwind.test' }] }, /is the host of config\.publicUrl/],
  ['a host with a port', { hosts: [{ host: 'app.northwind.test:8443' }] }, /hosts\/0\/host/],
  ['fewer pods at most than at least', { autoscaling: { enabled: true, minReplicas: 5, maxReplicas: 2 } }, /minReplicas \(5\) is more than/],
  ['scaling by nothing', { autoscaling: { enabled: true, targetCPUUtilizationPercentage: null } }, /autoscaling needs a target/],
  ['scaling by what nobody requested', { autoscaling: { enabled: true }, resources: { requests: { cpu: null } } }, /resources\.requests\.cpu is required/],
  ['a budget that keeps nodes from being drained', { podDisruptionBudget: { minAvailable: 2, maxUnavailable: null } }, /minAvailable \(2\) must be less than the number of pods \(2\)/],
  ['a budget with two rules', { podDisruptionBudget: { minAvailable: 1 } }, /set maxUnavailable to null/],
  ['a budget without a rule', { podDisruptionBudget: { maxUnavailable: null } }, /needs minAvailable or maxUnavailable/],
  ['an alert that does not exist', { metrics: { enabled: true, prometheusRule: { disabled: ['GatehouseSleepy'] } } }, /there is no alert GatehouseSleepy/]
]

await withProgram(t, 'helm', async () => {
  for (const [what, values, said] of refused) {
    await t.test(`${what} is refused`, async t => {
      const settings = Object.entries(values).flatMap(([key, value]: [string, unknown]) => ['--set-json', `${key}=${JSON.stringify(value)}`])
      const { code, faults } = await callHelm('template', 'northwind', chart, '--values', join(chart, 'ci/minimal-values.yaml'), ...settings)
      t.not(code, 0)
      t.match(faults, said)
    })
  }

  await t.test('an older cluster than preStop needs is refused', async t => {
    const { code, faults } = await callHelm('template', 'northwind', chart, '--values', join(chart, 'ci/minimal-values.yaml'), '--kube-version', '1.29.0')
    t.not(code, 0)
    t.match(faults, /kubeVersion/)
  })
})

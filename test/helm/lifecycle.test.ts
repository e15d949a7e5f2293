// How pods come, stay and go: shutdown, replacement, budgets, migration, sweep.
import t from 'tap'
import { gatewayOf, renderExample, renderExamples } from './example.ts'
import { withProgram } from './with-helm.ts'

await withProgram(t, 'helm', async () => {
  const { examples, example } = await renderExamples()

  await t.test('preStop sleeps as long as the gateway serves on, and the grace period has room for both and for what is in flight', async t => {
    const seen = examples.map(one => {
      const spec = one.one('Deployment').at('spec', 'template', 'spec')
      const delay = Number(one.one('ConfigMap', one.one('Deployment').name).at('data', 'SHUTDOWN_DELAY_SECONDS').text)
      const sleep = Number(gatewayOf(one).at('lifecycle', 'preStop', 'sleep', 'seconds').value ?? 0)
      const grace = Number(spec.at('terminationGracePeriodSeconds').text)
      t.ok(sleep === 0 || sleep >= delay, one.name)
      // The gateway gives up after the delay and twenty seconds.
      t.ok(grace > sleep + delay + 20, `${one.name}: ${grace}`)
      return [one.name, sleep, delay, grace] as const
    })
    const of = (name: string) => seen.find(([file]) => file === `${name}-values.yaml`)?.slice(1)
    t.strictSame([of('minimal'), of('slow-shutdown'), of('no-pre-stop')], [[5, 5, 35], [30, 10, 100], [0, 15, 40]])
  })

  await t.test('a new pod is there before an old one goes', async t => {
    for (const one of examples) t.match(one.one('Deployment').at('spec', 'strategy').value, { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } }, one.name)
  })

  await t.test('the number of pods has one master, and a budget lets nodes be drained', async t => {
    for (const one of examples) {
      const deployment = one.one('Deployment')
      const [scaler] = one.all('HorizontalPodAutoscaler')
      t.equal(scaler === undefined, deployment.at('spec', 'replicas').value !== undefined, one.name)
      if (scaler !== undefined) t.match(scaler.at('spec', 'scaleTargetRef').value, { apiVersion: deployment.at('apiVersion').text, kind: 'Deployment', name: deployment.name })
      const least = Number((scaler?.at('spec', 'minReplicas') ?? deployment.at('spec', 'replicas')).text)
      for (const budget of one.all('PodDisruptionBudget')) {
        const [stay, go] = [budget.at('spec', 'minAvailable').value, budget.at('spec', 'maxUnavailable').value]
        t.equal([stay, go].filter(value => value !== undefined).length, 1, one.name)
        if (typeof stay === 'number') t.ok(stay < least, one.name)
        else t.not(go, 0, one.name)
      }
    }
    t.equal(example('single-pod').all('PodDisruptionBudget').length, 0)
    t.equal(example('autoscaling').one('PodDisruptionBudget').at('spec', 'minAvailable').value, 2)
  })

  await t.test('pods of one version are spread over zones and nodes unless somebody says otherwise', async t => {
    const spread = (name: string) => example(name).one('Deployment').at('spec', 'template', 'spec', 'topologySpreadConstraints')
    t.strictSame(spread('minimal').items.map(one => [one.at('topologyKey').text, one.at('whenUnsatisfiable').text]), [['topology.kubernetes.io/zone', 'ScheduleAnyway'], ['kubernetes.io/hostname', 'ScheduleAnyway']])
    t.match(spread('scheduling').value, [{ whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { 'app.kubernetes.io/component': 'gateway' } } }])
    t.equal(spread('single-pod').value, undefined)
  })

  await t.test('a change of settings or of the secrets\' revision rolls the pods, and nothing else does', async t => {
    const annotations = async (...further: readonly string[]) => (await renderExample('minimal-values.yaml', ...further)).one('Deployment').at('spec', 'template', 'metadata', 'annotations').value
    const before = await annotations()
    t.match(before, { 'checksum/config': /^[0-9a-f]{64}$/, 'checksum/secrets': /^[0-9a-f]{64}$/ })
    t.notSame(await annotations('--set', 'config.logLevel=warn'), before)
    t.notSame(await annotations('--set', 'secrets.revision=b'), before)
    t.strictSame(await annotations('--set', 'replicaCount=5', '--set', 'ingress.enabled=true'), before)
  })

  await t.test('the migration runs before installation and upgrade and needs nothing that the release brings', async t => {
    for (const one of examples) {
      for (const job of one.all('Job')) {
        t.match(job.at('metadata', 'annotations').value, { 'helm.sh/hook': 'pre-install,pre-upgrade', 'helm.sh/hook-delete-policy': 'before-hook-creation,hook-succeeded' }, one.name)
        const spec = job.at('spec', 'template', 'spec')
        t.strictSame(spec.at('containers', 0, 'command').value, ['node', 'src/bin/migrate.ts'])
        const made = one.objects.filter(object => object.at('metadata', 'annotations', 'helm.sh/hook').value === undefined)
        const accounts = made.filter(object => object.kind === 'ServiceAccount').map(object => object.name)
        t.notOk(accounts.includes(spec.at('serviceAccountName').text), `${one.name}: the account is not there yet`)
        const configs = made.filter(object => object.kind === 'ConfigMap').map(object => object.name)
        for (const source of spec.at('containers', 0, 'envFrom').items) t.notOk(configs.includes(source.at('configMapRef', 'name').text), one.name)
      }
    }
    t.equal(example('single-pod').all('Job').length, 0)
    t.equal(example('secrets-as-files').one('Job').at('spec', 'template', 'spec', 'serviceAccountName').text, 'database-owner')
  })

  await t.test('the sweep runs alone, and not twice at once', async t => {
    t.match(example('minimal').one('CronJob').at('spec').value, { concurrencyPolicy: 'Forbid', jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', containers: [{ command: ['node', 'src/bin/sweep.ts'] }] } } } } })
    t.equal(example('single-pod').all('CronJob').length, 0)
  })

  await t.test('keys are rotated from a calendar where somebody wants that, with the times of the gateway and the keys that seal', async t => {
    t.equal(example('minimal').all('CronJob').length, 1, 'by themselves the pods do it')
    const rotating = example('brand-and-limits')
    t.equal(rotating.all('CronJob').length, 2, 'beside the sweep')
    const job = rotating.one('CronJob', 'key-rotation').at('spec')
    t.match(job.value, { schedule: '0 5 1 */3 *', timeZone: 'Europe/Zurich', concurrencyPolicy: 'Forbid' })
    const container = job.at('jobTemplate', 'spec', 'template', 'spec', 'containers', 0)
    t.match(container.value, { command: ['node', 'src/bin/rotate-keys.ts'] })
    const given = container.at('env').items.map(one => one.at('name').text.replace(/_FILE$/, ''))
    t.strictSame(given.toSorted(), ['DATABASE_URL', 'ENCRYPTION_KEYS', 'KEY_PUBLISH_SECONDS', 'KEY_ROTATION_SECONDS'])
    // The very times of the pods: a command with others would let a key sign before verifiers have seen it.
    const ofPods = rotating.one('ConfigMap', rotating.one('Deployment').name).at('data')
    for (const [name, seconds] of [['KEY_PUBLISH_SECONDS', '7200'], ['KEY_ROTATION_SECONDS', '7776000']] as const) {
      t.strictSame(container.at('env').items.filter(variable => variable.at('name').text === name).map(variable => variable.value), [{ name, value: seconds }])
      t.equal(ofPods.at(name).text, seconds)
    }
  })

  await t.test('the sweep keeps what happened for as long as the gateway does', async t => {
    const set = await renderExample('minimal-values.yaml', '--set', 'config.eventRetentionSeconds=315360000')
    const given = set.one('CronJob').at('spec', 'jobTemplate', 'spec', 'template', 'spec', 'containers', 0, 'env').items.filter(one => one.at('name').text.endsWith('_RETENTION_SECONDS'))
    t.strictSame(given.map(one => one.value), [{ name: 'EVENT_RETENTION_SECONDS', value: '315360000' }])
    t.equal(set.one('ConfigMap', set.one('Deployment').name).at('data', 'EVENT_RETENTION_SECONDS').text, '315360000')
  })
})

// What runs, as whom, and with which settings and secrets?
import { readFileSync } from 'node:fs'
import t from 'tap'
import { parseConfig } from '../../src/config.ts'
import { type Example, gatewayOf, Part, podOf, podsOf, release, renderExample, renderExamples, variableOf } from './example.ts'
import { withProgram } from './with-helm.ts'

const secretNames = ['DATABASE_URL', 'DATABASE_LISTEN_URL', 'ENCRYPTION_KEYS', 'COOKIE_SECRETS', 'OPERATOR_TOKEN', 'SMTP_URL']
const containersOf = (pod: Part) => [...pod.at('spec', 'initContainers').items, ...pod.at('spec', 'containers').items]

await withProgram(t, 'helm', async () => {
  const { examples, example } = await renderExamples()
  const pods = examples.flatMap(podsOf)
  await t.test('every container runs restricted: as a user, with nothing to gain and nothing to write', async t => {
    t.ok(pods.length > 60)
    for (const { of, pod } of pods) {
      t.match(pod.at('spec', 'securityContext').value, { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } }, of)
      t.equal(pod.at('spec', 'automountServiceAccountToken').value, false, of)
      t.equal(pod.at('spec', 'enableServiceLinks').value, false, of)
      for (const word of ['hostNetwork', 'hostPID', 'hostIPC']) t.equal(pod.at('spec', word).value, undefined, of)
      for (const container of containersOf(pod)) {
        t.match(container.at('securityContext').value, { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, runAsNonRoot: true, capabilities: { drop: ['ALL'] }, seccompProfile: { type: 'RuntimeDefault' } }, `${of} ${container.at('name').text}`)
        t.equal(container.at('securityContext', 'capabilities', 'add').value, undefined)
        t.not(container.at('securityContext', 'privileged').value, true)
      }
      t.strictSame(pod.at('spec', 'volumes').items.filter(volume => volume.at('hostPath').value !== undefined), [])
    }
  })

  await t.test('our own containers ask for CPU and memory and have a limit of memory', async t => {
    for (const { of, pod } of pods) {
      const resources = pod.at('spec', 'containers', 0, 'resources')
      t.match(resources.value, { requests: { cpu: String, memory: String }, limits: { memory: String } }, of)
    }
  })

  await t.test('what is mounted is there, and each volume once', async t => {
    for (const { of, pod } of pods) {
      const volumes = pod.at('spec', 'volumes').items.map(volume => volume.at('name').text)
      t.equal(new Set(volumes).size, volumes.length, of)
      for (const container of containersOf(pod)) for (const mount of container.at('volumeMounts').items) t.ok(volumes.includes(mount.at('name').text), `${of} ${mount.at('name').text}`)
    }
  })

  await t.test('settings are written as the gateway reads them', async t => {
    const { value } = example('brand-and-limits').one('ConfigMap').at('data')
    t.strictSame(value, {
      PUBLIC_URL: 'https://login.northwind.test',
      HOST: '0.0.0.0',
      PORT: '4000',
      MANAGEMENT_PORT: '4001',
      SHUTDOWN_DELAY_SECONDS: '5',
      TRUSTED_PROXIES: '10.0.0.0/8',
      SESSION_IDLE_SECONDS: '1800',
      SESSION_LIFETIME_SECONDS: '28800',
      TOKEN_LIFETIME_SECONDS: '120',
      KEY_ROTATION_SECONDS: '7776000',
      KEY_PUBLISH_SECONDS: '7200',
      ATTEMPT_RETENTION_SECONDS: '2592000',
      EVENT_RETENTION_SECONDS: '63072000',
      LOGIN_RATE_LIMIT: '60',
      API_RATE_LIMIT: '0',
      MAIL_FROM: 'Northwind <sign-in@northwind.test>',
      SUPPORT_EMAIL: 'help@northwind.test',
      LOG_LEVEL: 'warn',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.monitoring:4318',
      OTEL_SERVICE_NAME: 'sign-in',
      BRAND_NAME: 'Northwind: "Trade"',
      BRAND_ACCENT: '#0b7285',
      BRAND_LOGO_FILE: '/run/brand/logo'
    })
    t.ok(gatewayOf(example('brand-and-limits')).at('volumeMounts').items.some(mount => mount.at('mountPath').text === '/run/brand'))
  })

  await t.test('the gateway takes the settings of every example as they are', async t => {
    const secrets = { DATABASE_URL: 'postgres://gatehouse@postgres/gatehouse', ENCRYPTION_KEYS: `k1:${'A'.repeat(43)}=`, COOKIE_SECRETS: 'c'.repeat(32), OPERATOR_TOKEN: 'o'.repeat(32), DATABASE_LISTEN_URL: 'postgres://gatehouse@postgres/gatehouse', SMTP_URL: 'smtps://mail.northwind.test' }
    for (const one of examples) {
      const settings = Object.fromEntries(one.one('ConfigMap', one.one('Deployment').name).at('data').entries.map(([name, value]) => [name, value.text]))
      const files = Object.fromEntries(gatewayOf(one).at('env').items.map(variable => [variable.at('name').text, variable.at('value').text]).filter(([name = '']) => name.endsWith('_FILE')))
      const given = Object.fromEntries(Object.entries(secrets).filter(([name]) => files[`${name}_FILE`] === undefined && variableOf(gatewayOf(one), name) !== undefined))
      const config = parseConfig({ ...settings, ...files, ...given }, path => Buffer.from(path === '/run/brand/logo' ? '<svg/>' : Object.entries(secrets).find(([name]) => path === `/run/secrets/gatehouse/${name}`)?.[1] ?? ''))
      t.match(config, { publicUrl: /^https:\/\/login\.northwind\.test/, port: 4000, managementPort: 4001 }, one.name)
    }
  })

  await t.test('every variable that the gateway reads can be set, but for those of development', async t => {
    const read = [...['config', 'lifetimes'].map(name => readFileSync(new URL(`../../src/${name}.ts`, import.meta.url), 'utf8')).join('\n').matchAll(/read\.\w+\('([A-Z_]+)'/g)].map(([, name = '']) => name)
    const all = await renderExample('brand-and-limits-values.yaml', '--set', 'secrets.operatorToken.enabled=true,secrets.databaseListenUrl.enabled=true')
    const set = [...all.one('ConfigMap').at('data').entries.map(([name]) => name), ...gatewayOf(all).at('env').items.map(one => one.at('name').text.replace(/_FILE$/, ''))]
    t.ok(read.length > 20)
    t.strictSame(read.filter(name => !set.includes(name)), ['DEVELOPMENT_ISSUERS'])
  })

  await t.test('secrets come from Secrets that exist, as files that the gateway\'s group alone reads, or as environment', async t => {
    for (const one of examples) {
      t.strictSame(one.all('Secret'), [], one.name)
      for (const object of one.objects) {
        const pod = podOf(object)
        if (pod === null || object.kind === 'Pod') continue
        const [container = new Part(null)] = pod.at('spec', 'containers').items
        const sources = pod.at('spec', 'volumes').items.find(volume => volume.at('name').text === 'secrets')?.at('projected', 'sources').items ?? []
        for (const name of secretNames) {
          t.equal(variableOf(container, name)?.at('value').value, undefined, `${one.name} ${name}`)
          const file = variableOf(container, `${name}_FILE`)
          if (file !== undefined) t.ok(sources.some(source => source.at('secret', 'items', 0, 'path').text === name) && file.at('value').text === `/run/secrets/gatehouse/${name}`, `${one.name} ${name}`)
        }
        const given = (name: string) => variableOf(container, name) ?? variableOf(container, `${name}_FILE`)
        t.ok(given('DATABASE_URL'), `${one.name} ${object.kind}`)
        if (object.kind === 'Deployment') t.ok(given('ENCRYPTION_KEYS') !== undefined && given('COOKIE_SECRETS') !== undefined, one.name)
        else if (object.name.endsWith('key-rotation')) t.ok(given('ENCRYPTION_KEYS') !== undefined && given('COOKIE_SECRETS') === undefined && given('OPERATOR_TOKEN') === undefined, 'a new key is sealed, and nothing else is needed')
        else t.strictSame([given('ENCRYPTION_KEYS'), given('COOKIE_SECRETS'), given('SMTP_URL')], [undefined, undefined, undefined], `${one.name}: a job gets what it needs alone`)
      }
    }
    const volume = example('secrets-as-files').one('Deployment').at('spec', 'template', 'spec', 'volumes').items.find(volume => volume.at('name').text === 'secrets')
    t.equal(volume?.at('projected', 'defaultMode').value, 0o440)
    const environment = example('secrets-as-environment')
    t.strictSame(variableOf(gatewayOf(environment), 'OPERATOR_TOKEN')?.at('valueFrom').value, { secretKeyRef: { name: 'gatehouse-operator', key: 'token' } })
    t.strictSame(variableOf(environment.one('Job').at('spec', 'template', 'spec', 'containers', 0), 'DATABASE_URL')?.at('valueFrom').value, { secretKeyRef: { name: 'gatehouse-owner', key: 'uri' } })
  })

  await t.test('an image is named by its digest where there is one, else by its tag or the version of the chart', async t => {
    const image = (one: Example) => [...new Set(one.objects.flatMap(object => podOf(object)?.at('spec', 'containers').items.map(container => container.at('image').text) ?? []))]
    t.strictSame(image(example('image-digest')), [`images.northwind.test/platform/gatehouse@sha256:${'0123456789abcdef'.repeat(4)}`])
    t.strictSame(image(example('minimal')), ['gatehouse:0.1.0'])
    t.strictSame(image(await renderExample('minimal-values.yaml', '--set-string', 'image.tag=1.20')), ['gatehouse:1.20'])
  })

  await t.test('what is brought along arrives in the pods, with templates in it', async t => {
    const one = example('extras')
    t.match(gatewayOf(one).value, { volumeMounts: [{ name: 'tmp' }, { name: 'secrets' }, { name: 'ca', mountPath: '/etc/northwind' }] })
    t.equal(variableOf(gatewayOf(one), 'NODE_EXTRA_CA_CERTS')?.at('value').text, '/etc/northwind/ca.pem')
    t.strictSame(gatewayOf(one).at('envFrom').value, [{ configMapRef: { name: 'northwind-gatehouse' } }, { configMapRef: { name: 'proxy' } }])
    const spec = one.one('Deployment').at('spec', 'template', 'spec')
    t.equal(spec.at('initContainers', 0, 'image').text, 'gatehouse:0.1.0')
    t.equal(spec.at('containers', 1, 'name').text, 'pooler')
    t.equal(one.one('ExternalSecret').name, 'northwind-gatehouse')
    t.equal(one.one('ConfigMap', '-extra').at('data', 'release').text, release)
    for (const object of one.objects.filter(object => object.kind !== 'ExternalSecret' && !object.name.endsWith('-extra'))) t.equal(object.at('metadata', 'labels', 'team').text, 'platform', `${object.kind} ${object.name}`)
  })
})

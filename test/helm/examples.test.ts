// Every example of helm/ci passes helm's own check, and is made of objects as their projects define them.
import { join } from 'node:path'
import t from 'tap'
import { callHelm, exampleFiles, podOf, readExample, release, renderExample, type Example } from './example.ts'
import { chart, findProgram, run } from './helm-program.ts'
import { withProgram } from './with-helm.ts'

const examples: Example[] = []

await withProgram(t, 'helm', async () => {
  for (const file of exampleFiles()) {
    await t.test(`${file} passes helm lint --strict and renders`, async t => {
      const linted = await callHelm('lint', '--strict', chart, '--namespace', 'sign-in', '--values', join(chart, 'ci', file))
      t.equal(linted.code, 0, linted.output + linted.faults)
      const example = await renderExample(file)
      examples.push(example)
      t.ok(example.objects.length >= 4)
      t.notMatch(example.yaml, /<no value>|%!|map\[/, 'nothing is printed as Go sees it')
    })
  }

  await t.test('an upgrade renders the same, so nothing is made up anew', async t => {
    const first = await renderExample('minimal-values.yaml')
    t.equal((await renderExample('minimal-values.yaml', '--is-upgrade')).yaml, first.yaml)
  })

  await t.test('objects have names that Kubernetes takes, each once, all in the release\'s namespace', async t => {
    for (const { name: file, objects } of examples) {
      const names = objects.map(object => `${object.at('apiVersion').text} ${object.kind} ${object.name}${object.at('metadata', 'annotations', 'helm.sh/hook').text}`)
      t.strictSame(names, [...new Set(names)], file)
      for (const object of objects) {
        t.match(object.name, /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, `${file} ${object.kind}`)
        t.ok(object.name.length <= (object.kind === 'CronJob' ? 52 : 63), `${file} ${object.kind} ${object.name}`)
        if (object.kind !== 'ExternalSecret' && !object.name.endsWith('-extra')) t.equal(object.at('metadata', 'namespace').text, 'sign-in', `${file} ${object.kind}`)
      }
    }
  })

  await t.test('labels are labels, and every object says whose it is', async t => {
    for (const { name: file, objects } of examples) {
      for (const object of objects.filter(object => object.kind !== 'ExternalSecret' && !object.name.endsWith('-extra'))) {
        const labels = object.at('metadata', 'labels')
        t.match(labels.value, { 'app.kubernetes.io/instance': release, 'app.kubernetes.io/managed-by': 'Helm', 'app.kubernetes.io/component': String }, `${file} ${object.kind}`)
        for (const [key, value] of [...labels.entries, ...podOf(object)?.at('metadata', 'labels').entries ?? []]) t.match(value.value, /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/, `${file} ${key}`)
      }
    }
  })
})

await withProgram(t, 'strict-objects', async () => {
  const strict = findProgram('strict-objects') ?? ''
  // What an operator brings along is of kinds that are not ours.
  const foreign = /^---\n(?:# Source.*\n)?apiVersion: external-secrets\.io[^]*?(?=^---|$(?![^]))/gm

  for (const example of examples) {
    await t.test(`the objects of ${example.name} have the fields that Kubernetes knows, and no others`, async t => {
      const { code, output, faults } = await run(strict, [], example.yaml.replaceAll(foreign, ''))
      t.equal(code, 0, faults)
      t.equal(output, '')
    })
  }

  await t.test('a field that does not exist, one of another type and an unknown kind are found', async t => {
    const spoil = async (from: string | RegExp, to: string) => {
      const { yaml } = await renderExample('metrics-values.yaml')
      const spoiled = yaml.replace(from, to)
      t.not(spoiled, yaml, `${String(from)} is there`)
      readExample('spoiled', spoiled)
      return (await run(strict, [], spoiled)).output
    }
    t.match(await spoil('replicas:', 'replica:'), 'unknown field "replica"')
    t.match(await spoil(/^( *)readinessProbe:/m, '$1readynessProbe:'), 'readynessProbe')
    t.match(await spoil(/replicas: \d+/, 'replicas: two'), 'replicas')
    t.match(await spoil('scrapeTimeout:', 'scrapeTime:'), 'scrapeTime')
    t.match(await spoil('kind: CronJob', 'kind: Cronjob'), 'an unknown kind')
  })
})

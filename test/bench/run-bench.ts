// `npm run bench`: what the gateway costs. `npm run bench -- check login` measures only these; `--profile` leaves CPU profiles of the gateway.
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { drawTable, quiet, strong } from '../demo/table.ts'
import { cellsOf, type Finding, headings, passes } from './finding.ts'
import { shareCores } from './measured-process.ts'
import { measureCheck } from './measure-check.ts'
import { measureCrowd } from './measure-crowd.ts'
import { measureLogin } from './measure-login.ts'
import { measureMillion } from './measure-million.ts'
import { measurePace } from './measure-pace.ts'
import { measureProxied } from './measure-proxied.ts'
import { measureQuiet } from './measure-quiet.ts'
import { measureReplicas } from './measure-replicas.ts'
import { measureStart } from './measure-start.ts'
import { type Scene, setScene } from './scene.ts'

const measures: Readonly<Record<string, (scene: Scene) => Promise<Finding[]>>> = { check: measureCheck, pace: measurePace, proxied: measureProxied, crowd: measureCrowd, login: measureLogin, quiet: measureQuiet, replicas: measureReplicas, start: measureStart, million: measureMillion }
// They take minutes and gigabytes, and say nothing of the gateway itself.
const ONLY_IF_ASKED = ['million']
const data = fileURLToPath(new URL('../../data/', import.meta.url))

const wanted = process.argv.slice(2).filter(argument => !argument.startsWith('--'))
const profile = process.argv.includes('--profile')
const unknown = wanted.filter(name => !(name in measures))
if (unknown.length > 0) throw new Error(`There is no measure ${unknown.join(', ')}; there are ${Object.keys(measures).join(', ')}.`)

const startedAt = new Date()
const cores = shareCores()
mkdirSync(data, { recursive: true })
const scene = await setScene(cores, profile ? ['--cpu-prof', `--cpu-prof-dir=${data}profiles`] : [])
const findings: Finding[] = []
try {
  for (const [name, measure] of Object.entries(measures)) {
    if (wanted.length > 0 ? !wanted.includes(name) : ONLY_IF_ASKED.includes(name)) continue
    process.stdout.write(quiet(`  measuring ${name} …\n`))
    findings.push(...await measure(scene))
  }
} finally {
  await scene.stop()
}

const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  pinned: cores !== null,
  system: `${process.platform} ${process.arch}`,
  node: process.version,
  v8: process.versions.v8,
  postgres: scene.postgresVersion
}
const seconds = (Date.now() - startedAt.getTime()) / 1000
writeFileSync(`${data}bench.json`, `${JSON.stringify({ at: startedAt, seconds, machine, findings: findings.map(finding => ({ ...finding, passed: passes(finding) })) }, null, 2)}\n`)

process.stdout.write(`
  ${strong('What the gateway costs')}, in ${seconds.toFixed(0)} s
  ${quiet(`${machine.cpu}, ${machine.cores} cores${machine.pinned ? ', the gateway on one of its own' : ', not pinned'}; Node ${machine.node}, PostgreSQL ${machine.postgres}`)}

${drawTable(headings, findings.map(cellsOf))}

  ${quiet('All numbers are in data/bench.json. A missed one fails the bench.')}
`)
if (!findings.every(passes)) process.exitCode = 1

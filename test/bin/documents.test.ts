// Do the documents for whoever runs the gateway say what the code says?
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { parse } from 'yaml'
import { parseConfig } from '../../src/config.ts'
import { buildConfigTable, watchEnvironment } from '../../src/config-table.ts'
import { completeEnvironment } from './door.ts'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const watched = watchEnvironment(completeEnvironment('postgres://gatehouse@db/gatehouse'))
const config = parseConfig({ ...watched.environment })
parseConfig(watched.environment)
const names = watched.names()

void t.test('docs/configure.md has a row for every variable that the code asks for, and for no other', async t => {
  const rows = new Map([...read('docs/configure.md').matchAll(/^\| `([A-Z_]+)` \| ([^|]+) \|/gm)].map(([, name = '', fallback = '']) => [name, fallback.replaceAll('`', '').trim()]))
  t.strictSame([...rows.keys()].sort(), names)
  const inForce = new Map(buildConfigTable(config, {}, names).trimEnd().split('\n').map(line => line.split(/ {2,}/)).map(([name = '', , value = '']) => [name, value]))
  for (const [name, fallback] of rows) {
    if (fallback === 'needed') t.throws(() => parseConfig({ ...completeEnvironment('postgres://x'), [name]: '' }), new RegExp(`^ {2}${name} is missing: `, 'm'))
    else if (fallback !== 'DATABASE_URL' && !['HOST', 'LOG_LEVEL'].includes(name)) t.equal(fallback === 'none' ? '(none)' : fallback, inForce.get(name), name)
  }
})

void t.test('every command that the documents name exists', async t => {
  const doors = readdirSync(new URL('../../src/bin/', import.meta.url))
  const named = ['docs/configure.md', 'docs/deploy.md', 'Dockerfile'].flatMap(path => [...read(path).matchAll(/src\/bin\/([\w-]+\.ts)/g)].map(([, file = '']) => file))
  t.ok(named.length > 5)
  t.strictSame(named.filter(file => !doors.includes(file)), [])
})

void t.test('the Compose file of docs/deploy.md sets what is needed and nothing that nobody reads', async t => {
  const [, text = ''] = /```yaml\n([^]*?)```/.exec(read('docs/deploy.md')) ?? []
  const { services } = parse(text)
  const given = Object.keys(services.gatehouse.environment).map(name => name.replace(/(?<!LOGO)_FILE$/, ''))
  t.strictSame(given.filter(name => !names.includes(name)), [])
  for (const name of ['PUBLIC_URL', 'DATABASE_URL', 'ENCRYPTION_KEYS', 'COOKIE_SECRETS', 'TRUSTED_PROXIES']) t.ok(given.includes(name), name)
  t.equal(services.gatehouse.read_only, true)
  t.notOk(services.gatehouse.ports, 'only the proxy is reached from outside')
  t.ok(Number.parseInt(services.gatehouse.stop_grace_period) > config.shutdownDelaySeconds + 20, 'the engine waits longer than the gateway takes')
  for (const name of services.gatehouse.secrets) t.ok(Object.keys(parse(text).secrets).includes(name), name)
  t.equal(spawnSync('/bin/sh', ['-n'], { input: /```sh\n([^]*?)```/.exec(read('docs/deploy.md'))?.[1] ?? 'fi' }).status, 0, 'the commands are ones')
})

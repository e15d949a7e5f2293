// Do the documents for whoever runs the gateway say what the code says?
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
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

void t.test('docs/deploy/compose.yaml sets what is needed and nothing that nobody reads', async t => {
  const text = read('docs/deploy/compose.yaml')
  const { services } = parse(text)
  const given = Object.keys(services.gatehouse.environment).map(name => name.replace(/(?<!LOGO)_FILE$/, ''))
  t.strictSame(given.filter(name => !names.includes(name)), [])
  for (const name of ['PUBLIC_URL', 'DATABASE_URL', 'ENCRYPTION_KEYS', 'COOKIE_SECRETS', 'TRUSTED_PROXIES']) t.ok(given.includes(name), name)
  t.equal(services.gatehouse.read_only, true)
  t.notOk(services.gatehouse.ports, 'only the proxy is reached from outside')
  t.ok(Number.parseInt(services.gatehouse.stop_grace_period) > config.shutdownDelaySeconds + 20, 'the engine waits longer than the gateway takes')
  t.ok(read('docs/deploy/Caddyfile').includes(`${new URL(services.gatehouse.environment.PUBLIC_URL).host} {`), 'the proxy serves the login host')
  for (const name of services.gatehouse.secrets) t.ok(Object.keys(parse(text).secrets).includes(name), name)
  t.equal(spawnSync('/bin/sh', ['-n'], { input: /```sh\n([^]*?)```/.exec(read('docs/deploy.md'))?.[1] ?? 'fi' }).status, 0, 'the commands are ones')
})

void t.test('every test that docs/security.md names to show an answer exists, and every threat names one', async t => {
  const rows = [...read('docs/security.md').matchAll(/^\| [^|\n]+ \| [^|\n]+ \| (`test\/[^|\n]+) \|$/gm)].map(([, named = '']) => named)
  const threats = /## What could be tried\n([^]*?)\n## /.exec(read('docs/security.md'))?.[1]?.split('\n').filter(line => line.startsWith('| ')) ?? []
  t.equal(rows.length, threats.length - 2, 'but for the heading and its line')
  t.ok(rows.length > 15)
  const tests = rows.flatMap(named => [...named.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path))
  t.strictSame(tests.filter(path => !existsSync(new URL(`../../${path}`, import.meta.url))), [])
})

void t.test('no link of a document leads nowhere', async t => {
  const documents = ['README.md', 'helm/README.md', ...readdirSync(new URL('../../docs/', import.meta.url)).filter(name => name.endsWith('.md')).map(name => `docs/${name}`)]
  const anchorsOf = (text: string) => [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title.toLowerCase().replaceAll(/[^\w -]/g, '').replaceAll(' ', '-'))
  const lost = documents.flatMap(path => [...read(path).matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].flatMap(([whole, to = '', anchor]) => {
    const target = to === '' ? new URL(`../../${path}`, import.meta.url) : new URL(to, new URL(`../../${path}`, import.meta.url))
    if (!existsSync(target)) return [`${path}: ${whole}`]
    return anchor === undefined || anchorsOf(readFileSync(target, 'utf8')).includes(anchor) ? [] : [`${path}: ${whole}`]
  }))
  t.strictSame(lost, [])
})

void t.test('the index that docs/upgrade.md makes by hand is one that a step makes', async t => {
  const [, table = ''] = /create index concurrently if not exists ([^;]+);/.exec(read('docs/upgrade.md')) ?? []
  t.ok(table.length > 0 && readdirSync(new URL('../../migrations/', import.meta.url)).some(name => read(`migrations/${name}`).includes(`create index if not exists ${table}`)))
})

import { existsSync, globSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import t from 'tap'
import { badNames, barrels, circles, foreignImports, impurities, loosePaths, mentions, mute, packageOf, roomOf, rug } from './architecture/house-rules.ts'
import type { House } from './architecture/house-rules.ts'
import { readSource } from './architecture/source-file.ts'
import type { SourceFile } from './architecture/source-file.ts'

const everywhere = ['src/secret.ts', 'src/outage.ts']
const core = ['src/oidc', 'src/okta', 'src/token', 'src/tenant', ...everywhere]
const vocabulary = ['src/oidc', 'src/tenant']
const edges = ['src/postgres', 'src/idp', 'src/mail', 'src/http', 'src/telemetry']
const hashing = 'node:crypto { hash, timingSafeEqual }'

// Who may import whom. Arrows that are missing here are missing on purpose.
const house: House = {
  'src/secret.ts': { values: [], packages: [], node: ['node:util { inspect }'] },
  'src/outage.ts': { values: [], packages: [], node: [] },
  'src/oidc': { values: everywhere, types: vocabulary, packages: ['jose'], node: [hashing] },
  'src/okta': { values: everywhere, types: vocabulary, packages: [], node: [hashing] },
  'src/token': { values: everywhere, types: vocabulary, packages: ['jose'], node: [hashing] },
  'src/tenant': { values: everywhere, types: vocabulary, packages: [], node: [hashing] },
  'src/tenant/email.ts': { values: everywhere, packages: [], node: ['node:url { domainToASCII }'] },
  'src/tenant/domain.ts': { values: everywhere, packages: ['tldts'], node: [] },
  'src/flows': { values: core, packages: [], node: [] },
  'src/postgres': { values: core, packages: ['kysely', 'pg', 'jose', 'lru-cache'], node: ['*'] },
  'src/idp': { values: core, packages: ['undici', 'ipaddr.js', 'lru-cache', 'jose'], node: ['*'] },
  'src/mail': { values: core, packages: ['nodemailer'], node: ['*'] },
  'src/telemetry': { values: core, packages: ['prom-client'], node: ['*'] },
  'src/telemetry/tracing.ts': { values: [...core, 'src/telemetry'], packages: ['@opentelemetry/api', '@opentelemetry/exporter-trace-otlp-http', '@opentelemetry/resources', '@opentelemetry/sdk-trace-node'], node: [] },
  'src/traced.ts': { values: ['src/config.ts', 'src/telemetry'], packages: [], node: [] },
  'src/http': {
    values: [...core, 'src/flows', 'src/http'],
    packages: ['fastify', 'fastify-plugin', '@fastify/cookie', '@fastify/fast-json-stringify-compiler', '@fastify/formbody', '@fastify/rate-limit', '@fastify/static', '@fastify/swagger', '@fastify/type-provider-typebox', 'typebox'],
    node: ['*']
  },
  'src/http/browser-session.ts': { values: [...core, 'src/flows', 'src/http'], packages: ['@fastify/session', '@fastify/cookie', 'fastify', 'fastify-plugin'], node: ['*'] },
  'src/http/session-store.ts': { values: [...core, 'src/flows', 'src/http'], packages: ['@fastify/session', 'fastify'], node: ['*'] },
  'src/http/guards/security-headers.ts': { values: [], packages: ['fastify', 'helmet'], node: ['node:http', 'node:net'] },
  'src/http/trusted-peer.ts': { values: [], packages: ['ipaddr.js'], node: [] },
  'src/http/routes/api/import-file.ts': { values: [...core, 'src/flows', 'src/http'], packages: ['csv-parse'], node: ['*'] },
  'src/http/upstream': { values: [...core, 'src/flows', 'src/http'], packages: ['fastify', 'undici'], node: ['*'] },
  'src/http/pages': { values: [], packages: [], node: ['node:fs', hashing] },
  'src/log.ts': { values: everywhere, packages: ['pino'], node: [] },
  'src/settle.ts': { values: [], packages: [], node: ['node:perf_hooks { performance }'] },
  'src/lifetimes.ts': { values: [], packages: [], node: [] },
  // The resolver is handed in, so that a test can bring a DNS of its own.
  'src/look-up-txt.ts': { values: [], packages: [], node: [] },
  'src/config.ts': { values: ['src/lifetimes.ts', ...core], packages: ['ipaddr.js'], node: ['*'] },
  'src/door-config.ts': { values: ['src/config.ts', 'src/lifetimes.ts', ...everywhere], packages: [], node: ['node:fs { readFileSync }'] },
  'src/config-table.ts': { values: ['src/config.ts', ...everywhere], packages: [], node: [] },
  'src/edges.ts': { values: ['src/config.ts', 'src/look-up-txt.ts', ...core, ...edges], packages: ['fastify'], node: ['*'] },
  'src/watched-logins.ts': { values: [...core, 'src/flows', 'src/telemetry'], packages: [], node: [] },
  'src/gateway.ts': { values: ['src/config.ts', 'src/edges.ts', 'src/watched-logins.ts', ...core, 'src/flows', ...edges], packages: ['fastify', 'pino'], node: ['*'] },
  // Tasks that need no server (a migration, a sweep) open the database alone.
  'src/bin': { values: ['src/config.ts', 'src/config-table.ts', 'src/door-config.ts', 'src/log.ts', 'src/look-up-txt.ts', 'src/gateway.ts', 'src/settle.ts', 'src/traced.ts', ...core, 'src/flows', 'src/postgres'], packages: ['close-with-grace', 'pino'], node: ['*'] },
  migrations: { values: [], packages: ['kysely'], node: [] }
}
// A file with a line of its own in the table is still at home in its room.
const insiders: House = Object.fromEntries(Object.entries(house).map(([place, room]) => [place, { ...room, values: [...room.values, ...housemates(place)] }]))

function housemates (place: string): readonly string[] {
  const room = place.endsWith('.ts') ? place.slice(0, place.lastIndexOf('/')) : place
  return room === 'src' ? [] : Object.keys(house).filter(other => other === room || (other.startsWith(`${room}/`) && other.endsWith('.ts')))
}

const root = new URL('../', import.meta.url)
const read = (pattern: string) => globSync(pattern, { cwd: root }).sort().map(path => readSource(path, readFileSync(new URL(path, root), 'utf8')))
const src = read('src/**/*.ts')
const migrations = read('migrations/*.ts')
const tests = read('test/**/*.ts')
const production = [...src, ...migrations]
const inRooms = (files: readonly SourceFile[], ...rooms: readonly string[]) => files.filter(file => rooms.some(room => file.path === room || file.path.startsWith(`${room}/`)))

function holds (rule: string, problems: readonly string[]): void {
  void t.test(rule, async t => {
    for (const problem of problems) t.fail(problem)
    t.pass()
  })
}

for (const place of Object.keys(house).filter(place => !place.endsWith('.ts') && existsSync(new URL(place, root)))) {
  holds(`${place} imports what its room may touch and nothing else`, inRooms(production, place).filter(file => roomOf(house, file.path)?.startsWith(place)).flatMap(file => foreignImports(insiders, file)))
}
holds('no file of the house lies outside its rooms', production.flatMap(file => foreignImports(insiders, file).filter(problem => problem.endsWith('no room'))))
holds('files that stand alone import what they may', production.filter(file => /^src\/[^/]+\.ts$/.test(file.path)).flatMap(file => foreignImports(insiders, file)))
holds('no two modules need each other to be loaded first', circles(production))
holds('the core and the flows have no clock, no chance and no world of their own', inRooms(src, 'src/oidc', 'src/okta', 'src/token', 'src/tenant', 'src/flows', 'src/secret.ts', 'src/outage.ts').flatMap(impurities))
holds('only the doors and the configuration know the process', src.filter(file => !file.path.startsWith('src/bin/') && file.path !== 'src/config.ts')
  .flatMap(file => [...mentions(file, ['process', 'globalThis']), ...file.imports.filter(one => one.specifier === 'node:process').map(() => `${file.path}: node:process`)]))
holds('nothing is logged but by the logger', src.flatMap(file => mentions(file, ['console'])))
holds('time and chance enter the house through the composition root and the doors', src.filter(file => !file.path.startsWith('src/bin/') && !['src/gateway.ts', 'src/edges.ts'].includes(file.path)).flatMap(file => mentions(file, ['Date.now', 'new Date()', 'Date()', 'Math.random'])))
holds('options of the session plugin stand in the two files that know it', src.filter(file => !['src/http/browser-session.ts', 'src/http/session-store.ts'].includes(file.path))
  .flatMap(file => ['saveUninitialized', 'rolling', 'cookieName', 'cookiePrefix', 'idGenerator'].filter(option => file.properties.has(option)).map(option => `${file.path}: ${option}`)))
holds('no production code imports from the tests', production.flatMap(file => file.imports.filter(one => one.file?.startsWith('test/')).map(one => `${file.path} ← ${one.specifier}`)))
holds('a file is named after what is in it', [...production, ...tests].flatMap(file => badNames(file.path)))
holds('no file hands on what others have written', [...production, ...tests].flatMap(barrels))
holds('nothing is swept under the rug: no any, no silenced checker, no promise to do it later', [...production, ...tests].flatMap(rug))
holds('imports are written as Node loads them', [...production, ...tests].flatMap(file => loosePaths(file, builtinModules)))
holds('a module opens with the question that it answers', production.flatMap(mute))
holds('no file of the house is longer than 250 lines', production.filter(file => file.lines > 250).map(file => `${file.path}: ${file.lines}`))

holds('a door has under 40 lines', inRooms(src, 'src/bin').filter(file => file.lines >= 40).map(file => `${file.path}: ${file.lines}`))

void t.test('files are small', async t => {
  const lengths = src.map(file => file.lines).sort((a, b) => a - b)
  const median = lengths[Math.floor(lengths.length / 2)] ?? 0
  t.comment(`${lengths.length} files, median ${median} lines, ${lengths.filter(length => length > 150).length} over 150, longest ${lengths.at(-1)}`)
  t.ok(median <= 70, `the median is ${median}`)
})

void t.test('what the house imports is installed in production', async t => {
  const manifest: unknown = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
  const installed = Object.keys(dependenciesOf(manifest))
  const wanted = new Set(production.flatMap(file => file.imports).filter(one => one.file === null && !one.specifier.startsWith('node:') && !one.typeOnly).map(one => packageOf(one.specifier)))
  t.strictSame([...wanted].filter(name => !installed.includes(name)), [])
})

function dependenciesOf (manifest: unknown): object {
  return typeof manifest === 'object' && manifest !== null && 'dependencies' in manifest && typeof manifest.dependencies === 'object' && manifest.dependencies !== null ? manifest.dependencies : {}
}

void t.test('each room has a README of at most 40 lines', async t => {
  const rooms = ['migrations', 'test', 'test/world', 'src/http/pages', ...globSync('src/*/', { cwd: root }).map(path => path.replace(/\/$/, '')).filter(path => !path.endsWith('.ts'))]
  for (const room of rooms.filter(room => globSync(`${room}/**/*.ts`, { cwd: root }).length > 0)) {
    const readme = new URL(`${room}/README.md`, root)
    const lines = existsSync(readme) ? readFileSync(readme, 'utf8').trimEnd().split('\n').length : 0
    t.ok(lines > 0, `${room} has one`)
    t.ok(lines <= 40, `that of ${room} has ${lines} lines`)
  }
})

// A rule that never says no is no rule: spoiled files, and what must be said of each.
const spoiled: ReadonlyArray<readonly [rule: (file: SourceFile) => readonly string[], path: string, text: string]> = [
  [file => foreignImports(insiders, file), 'src/oidc/x.ts', "import { kysely } from 'kysely'"],
  [file => foreignImports(insiders, file), 'src/oidc/x.ts', "import { randomBytes } from 'node:crypto'"],
  [file => foreignImports(insiders, file), 'src/oidc/x.ts', "import * as crypto from 'node:crypto'"],
  [file => foreignImports(insiders, file), 'src/oidc/x.ts', "import { isId } from '../tenant/id.ts'"],
  [file => foreignImports(insiders, file), 'src/oidc/x.ts', "import { type TenantId } from '../tenant/id.ts'"],
  [file => foreignImports(insiders, file), 'src/tenant/x.ts', "import type { Remedy } from '../okta/remedy.ts'"],
  [file => foreignImports(insiders, file), 'src/tenant/x.ts', "import { getDomain } from 'tldts'"],
  [file => foreignImports(insiders, file), 'src/tenant/x.ts', "const x = await import('../postgres/connect.ts')"],
  [file => foreignImports(insiders, file), 'src/tenant/x.ts', "export { connect } from '../postgres/connect.ts'"],
  [file => foreignImports(insiders, file), 'src/tenant/x.ts', "let x: import('../flows/sweep.ts').Swept"],
  [file => foreignImports(insiders, file), 'src/flows/x.ts', "import type { Database } from '../postgres/connect.ts'"],
  [file => foreignImports(insiders, file), 'src/http/x.ts', "import type { Database } from '../postgres/connect.ts'"],
  [file => foreignImports(insiders, file), 'src/http/routes/x.ts', "import type { Send } from '../../idp/send.ts'"],
  [file => foreignImports(insiders, file), 'src/http/routes/x.ts', "import session from '@fastify/session'"],
  [file => foreignImports(insiders, file), 'src/http/routes/x.ts', "import { request } from 'undici'"],
  [file => foreignImports(insiders, file), 'src/http/pages/x.ts', "import type { FastifyReply } from 'fastify'"],
  [file => foreignImports(insiders, file), 'src/http/pages/x.ts', "import { paths } from '../paths.ts'"],
  [file => foreignImports(insiders, file), 'src/idp/x.ts', "import { sql } from 'kysely/helpers/postgres'"],
  [file => foreignImports(insiders, file), 'src/postgres/x.ts', "import { Agent } from 'undici'"],
  [file => foreignImports(insiders, file), 'src/http/x.ts', "import type { Signals } from '../telemetry/signals.ts'"],
  [file => foreignImports(insiders, file), 'src/telemetry/x.ts', "import type { Changes } from '../postgres/changes.ts'"],
  [file => foreignImports(insiders, file), 'migrations/0002_x.ts', "import { buildId } from '../src/tenant/id.ts'"],
  [file => foreignImports(insiders, file), 'src/attic/x.ts', ''],
  [impurities, 'src/oidc/x.ts', 'const at = Date.now()'],
  [impurities, 'src/oidc/x.ts', 'const at = new Date()'],
  [impurities, 'src/oidc/x.ts', 'const at = new Date'],
  [impurities, 'src/oidc/x.ts', 'const x = Math.random()'],
  [impurities, 'src/oidc/x.ts', 'const x = process.env.HOME'],
  [impurities, 'src/oidc/x.ts', 'const { env } = process'],
  [impurities, 'src/oidc/x.ts', 'const x = { fetch }'],
  [impurities, 'src/oidc/x.ts', "const x = await fetch('https://acme.test')"],
  [impurities, 'src/oidc/x.ts', 'setTimeout(() => {}, 1)'],
  [impurities, 'src/oidc/x.ts', 'const x = crypto.randomUUID()'],
  [impurities, 'src/oidc/x.ts', 'console.log(1)'],
  [impurities, 'src/oidc/x.ts', 'const x = await import(name)'],
  [file => badNames(file.path), 'src/oidc/utils.ts', ''],
  [file => badNames(file.path), 'src/oidc/token-helpers.ts', ''],
  [file => badNames(file.path), 'src/oidc/index.ts', ''],
  [file => badNames(file.path), 'src/common/x.ts', ''],
  [file => badNames(file.path), 'src/oidc/IdToken.ts', ''],
  [file => badNames(file.path), 'src/oidc/id_token.ts', ''],
  [barrels, 'src/oidc/x.ts', "export * from './id-token.ts'\nconst x = 1"],
  [barrels, 'src/oidc/x.ts', "export { checkIdToken } from './id-token.ts'"],
  [rug, 'src/oidc/x.ts', 'function f (x: any) {}'],
  [rug, 'src/oidc/x.ts', 'const x = y as unknown as Issuer'],
  [rug, 'src/oidc/x.ts', 'f() // eslint-disable-line'],
  [rug, 'src/oidc/x.ts', 'function f () {\n  // @ts-expect-error\n}'],
  [rug, 'src/oidc/x.ts', '/* TODO: later */ f()'],
  [file => loosePaths(file, builtinModules), 'src/oidc/x.ts', "import { createHash } from 'crypto'"],
  [file => loosePaths(file, builtinModules), 'src/oidc/x.ts', "import { OidcRefusal } from './refusal.js'"],
  [mute, 'src/oidc/x.ts', "import { OidcRefusal } from './refusal.ts'"],
  [mute, 'src/oidc/x.ts', ''],
  [file => circles([file, readSource('src/oidc/y.ts', "import './x.ts'")]), 'src/oidc/x.ts', "import { y } from './y.ts'"]
]

void t.test('every rule says no to a file that breaks it', async t => {
  for (const [rule, path, text] of spoiled) t.equal(rule(readSource(path, text)).length, 1, `${path}: ${text}`)
})

const sound: ReadonlyArray<readonly [path: string, text: string]> = [
  ['src/oidc/x.ts', "import type { TenantId } from '../tenant/id.ts'\nimport { jwtVerify } from 'jose'\nimport { hash } from 'node:crypto'\nimport { Secret } from '../secret.ts'\nimport { hashOf } from './hash.ts'"],
  ['src/oidc/x.ts', 'const at = new Date(seconds)\nconst text = `fetch`\nneeds.process()\nconst x = { fetch: 1 } // fetch, process, any'],
  ['src/oidc/x.ts', 'function f (fetch: () => void, { console }: Words) { fetch(); return console.url }'],
  ['src/tenant/domain.ts', "import { getDomain } from 'tldts'\nimport { normalizeDomain } from './email.ts'\nimport { TenantRefusal } from './refusal.ts'"],
  ['src/tenant/x.ts', "import { parseEmail } from './email.ts'"],
  ['src/http/server.ts', "import { session } from './browser-session.ts'\nimport { page } from './pages/sign-in.ts'\nimport { startLogin } from '../flows/start-login.ts'"],
  ['src/http/browser-session.ts', "import session from '@fastify/session'\nimport { store } from './session-store.ts'\nimport { paths } from './paths.ts'"],
  ['src/postgres/x.ts', "import type { Signer } from '../token/signing.ts'\nimport { sql } from 'kysely/helpers/postgres'"]
]

void t.test('no rule says no to a file that keeps them', async t => {
  for (const [path, text] of sound) {
    const file = readSource(path, text)
    t.strictSame([...foreignImports(insiders, file), ...(path.startsWith('src/oidc') ? impurities(file) : []), ...rug(file)], [], `${path}: ${text}`)
  }
})

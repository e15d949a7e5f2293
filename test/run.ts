// `npm test`: one PostgreSQL for all test files, tap for the rest, and a last line that says how it went.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { findFailures } from './failures.ts'
import { startPostgres } from './world/embedded-postgres.ts'

const require = createRequire(import.meta.url)
const tap = join(dirname(require.resolve('tap/package.json')), 'dist/esm/run.mjs')
const results = '.tap/results.tap'

/** Runs tap with the terminal that we have, so that its progress is seen. */
async function runTap (args: readonly string[], environment: NodeJS.ProcessEnv = process.env): Promise<number> {
  const child = spawn(process.execPath, [tap, ...args], { env: environment, stdio: 'inherit' })
  return await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => { resolve(code ?? 1) })
  })
}

/** The totals as tap itself wrote them down; a run that wrote none has failed. */
function readTotals (): { passed: number, failed: number, skipped: number } {
  const line = readFileSync(results, 'utf8').trimEnd().split('\n').findLast(text => text.startsWith('# { total:')) ?? ''
  const count = (name: string) => Number(new RegExp(`\\b${name}: (\\d+)`).exec(line)?.[1] ?? 0)
  return line === '' ? { passed: 0, failed: 1, skipped: 0 } : { passed: count('pass'), failed: count('fail'), skipped: count('skip') }
}

/** tap's own class has to be made once without its TypeScript loader: after an installation, and when its settings change. */
async function prepareTap (): Promise<void> {
  const stamp = '.tap/prepared'
  const state = `${statSync(tap).ctimeMs} ${readFileSync('.taprc', 'utf8')}`
  mkdirSync('.tap', { recursive: true })
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === state) return
  if (await runTap(['build']) !== 0) throw new Error('tap could not be prepared')
  writeFileSync(stamp, state)
}

await prepareTap()
rmSync(results, { force: true })

const postgres = await startPostgres()
process.once('SIGINT', () => { void postgres.stop().finally(() => { process.exit(130) }) })
const reporter = process.stdout.isTTY && process.env.CI === undefined ? 'base' : 'terse'
const code = await runTap([`--reporter=${reporter}`, `--output-file=${results}`, ...process.argv.slice(2)], { ...process.env, GATEHOUSE_TEST_POSTGRES: postgres.socketDirectory })
  .finally(async () => { await postgres.stop() })

if (code !== 0 && existsSync(results)) {
  for (const failure of findFailures(readFileSync(results, 'utf8')).slice(0, 50)) process.stdout.write(`\n${failure}\n`)
}
const { passed, failed, skipped } = existsSync(results) ? readTotals() : { passed: 0, failed: 1, skipped: 0 }
// On a line of its own: the reporter leaves an escape sequence on the one it ended with.
process.stdout.write(`\n${passed} passed, ${Math.max(failed, code === 0 ? 0 : 1)} failed${skipped === 0 ? '' : `, ${skipped} skipped`}\n`)
process.exitCode = code === 0 && failed === 0 && passed > 0 ? 0 : 1

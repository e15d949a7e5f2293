// Builds what the tests of the chart need from its published source: helm, and the check of objects against the types of Kubernetes.
import { chmodSync, existsSync, globSync, mkdirSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findGo, findProgram, programDirectory } from './helm-program.ts'

const HELM = 'helm.sh/helm/v4/cmd/helm@v4.3.1'
const GO = 'go1.26.8'

const directory = programDirectory()
const environment = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-trimpath', GOBIN: directory, GOTOOLCHAIN: 'auto' }

function go (program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, error } = spawnSync(program, args, { cwd, env: environment, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed${error === undefined ? '' : `: ${error.message}`}`)
  return stdout
}

/** Go before 1.21 does not fetch the version that a module asks for. That version is a module too. */
function currentGo (program: string): string {
  const [, minor = '0'] = /go1\.(\d+)/.exec(go(program, ['version'], directory)) ?? []
  if (Number(minor) >= 21) return program
  const platform = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`
  const answer: unknown = JSON.parse(go(program, ['mod', 'download', '-json', `golang.org/toolchain@v0.0.1-${GO}.${platform}`], directory))
  if (typeof answer !== 'object' || answer === null || !('Dir' in answer) || typeof answer.Dir !== 'string') throw new Error('The current Go was not downloaded')
  // Archives of modules do not say what can be run.
  for (const path of globSync(['bin/*', 'pkg/tool/*/*'], { cwd: answer.Dir })) chmodSync(join(answer.Dir, path), 0o755)
  return join(answer.Dir, 'bin/go')
}

/** Builds what is missing. @throws where there is no Go. */
export function buildHelm (): void {
  mkdirSync(directory, { recursive: true })
  const strict = join(directory, 'strict-objects')
  const wanted = findProgram('helm') === null
  if (!wanted && existsSync(strict)) return
  const found = findGo()
  if (found === null) throw new Error('There is no Go to build helm with')
  const program = currentGo(found)
  if (wanted) go(program, ['install', HELM], directory)
  if (!existsSync(strict)) go(program, ['build', '-mod=readonly', '-o', strict, '.'], fileURLToPath(new URL('strict-objects/', import.meta.url)))
}

if (import.meta.main) buildHelm()

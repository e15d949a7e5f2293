// What is in the image? Where no engine is present, the Dockerfile's own steps are taken in plain directories, one for each stage.
import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync } from 'node:fs'
import { delimiter, dirname, join, posix } from 'node:path'
import type { Context } from './context.ts'
import { parseExecForm, parsePairs, type Stage } from './dockerfile.ts'

export interface Account { readonly uid: number, readonly gid: number }

export interface Assembled {
  /** What would be `/`. */
  readonly root: string
  readonly workdir: string
  readonly environment: Readonly<Record<string, string>>
  readonly user: string
  readonly command: readonly string[]
  readonly healthCheck: readonly string[]
}

export interface Assembling {
  readonly context: Context
  /** Where the Dockerfile is. */
  readonly source: string
  /** Where the stages go. */
  readonly target: string
  /** Where the real command lives; a PATH for the steps. */
  readonly node: string
  /** Stands for the user of the image; undefined where we may not be another. */
  readonly account: Account | undefined
}

type Draft = { -readonly [Key in keyof Assembled]: Assembled[Key] }

/** Takes the steps of all stages and returns the last. Throws what a step said when it failed. */
export function assemble (stages: readonly Stage[], to: Assembling): Assembled {
  const done = new Map<string, Draft>()
  let last: Draft | undefined
  for (const { name, instructions } of stages) {
    last = { root: join(to.target, name), workdir: '/', environment: {}, user: '0:0', command: [], healthCheck: [] }
    mkdirSync(last.root, { recursive: true })
    for (const { word, rest } of instructions) take(word, rest, last, done, to)
    done.set(name, last)
  }
  if (last === undefined) throw new Error('There is no stage.')
  return last
}

function take (word: string, rest: string, stage: Draft, done: ReadonlyMap<string, Draft>, to: Assembling): void {
  if (word === 'WORKDIR') {
    stage.workdir = posix.resolve(stage.workdir, rest)
    mkdirSync(join(stage.root, stage.workdir), { recursive: true })
  } else if (word === 'ENV') stage.environment = { ...stage.environment, ...Object.fromEntries(parsePairs(rest)) }
  else if (word === 'USER') stage.user = rest
  else if (word === 'COPY') copy(rest, stage, done, to)
  else if (word === 'RUN') run(rest, stage, to)
  else if (word === 'CMD') stage.command = parseExecForm(rest)
  else if (word === 'HEALTHCHECK') stage.healthCheck = parseExecForm(rest.replace(/^.*?CMD /, ''))
}

function copy (rest: string, stage: Draft, done: ReadonlyMap<string, Draft>, { context, source, target }: Assembling): void {
  const words = rest.split(/\s+/)
  const from = words[0]?.startsWith('--from=') === true ? done.get(words.shift()?.slice('--from='.length) ?? '') : undefined
  const to = words.pop() ?? ''
  const destination = join(stage.root, posix.resolve(stage.workdir, to))
  if (!destination.startsWith(target)) throw new Error(`COPY leaves the directory: ${rest}`)
  if (words.some(word => word.startsWith('--'))) throw new Error(`Nobody here knows what COPY ${rest} does.`)
  for (const word of words) {
    if (from !== undefined) {
      cpSync(join(from.root, word), destination, { recursive: true, preserveTimestamps: true })
      continue
    }
    const files = context.files(source).filter(file => file === word || file.startsWith(`${word}/`))
    if (files.length === 0) throw new Error(`COPY finds no ${word}.`)
    for (const file of files) {
      const place = file === word ? join(destination, to.endsWith('/') ? file : '') : join(destination, file.slice(word.length + 1))
      mkdirSync(dirname(place), { recursive: true })
      copyFileSync(join(source, file), place)
    }
  }
}

// An absolute path in a step would be one of this machine.
function run (command: string, stage: Draft, to: Assembling): void {
  if (/(?:^|[\s='"])[/~]/.test(command)) throw new Error(`A step names a place outside: ${command}`)
  const other = stage.user === '0:0' ? undefined : to.account
  const { status, stderr, stdout } = spawnSync('/bin/sh', ['-ec', command], {
    cwd: join(stage.root, stage.workdir),
    encoding: 'utf8',
    // npm looks into what it has fetched before; the lock file says what it must be.
    env: { PATH: [dirname(to.node), process.env['PATH']].join(delimiter), ...(other === undefined ? { HOME: process.env['HOME'] } : {}), npm_config_prefer_offline: 'true', ...placed(stage) },
    ...other
  })
  if (status !== 0) throw new Error(`${command}\n${stdout}${stderr}`)
}

/** The variables of an image, with its paths where they are on this machine. */
export function placed ({ root, environment }: Pick<Assembled, 'root' | 'environment'>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, value.startsWith('/') ? join(root, value) : value]))
}

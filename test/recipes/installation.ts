// Is the recipe's language here, and are its libraries? Libraries are fetched on the first run and kept under data/recipes.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'

const FETCH_MS = 240_000
/** For the test files: a first run may fetch for minutes, a later one takes seconds. */
export const FIRST_RUN_MS = 2 * FETCH_MS

const data = fileURLToPath(new URL('../../data/recipes/', import.meta.url))

/** The folder of a recipe, and a file in it. */
export function recipePath (language: string, file = ''): string {
  return join(fileURLToPath(new URL('../../docs/recipes/', import.meta.url)), language, file)
}

/** Where the language keeps what it has fetched. */
export function keptPath (language: string, folder: string): string {
  return join(data, language, folder)
}

export interface Outcome {
  readonly code: number | null
  /** The end of what was said, whichever way. */
  readonly said: string
}

/** Runs a program to its end, or ends it when its time is up. No shell, nothing on its input. */
export async function run (command: string, args: readonly string[], options: { directory?: string, environment?: Readonly<Record<string, string>>, milliseconds?: number } = {}): Promise<Outcome> {
  const child = spawn(command, args, {
    cwd: options.directory ?? data,
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: options.milliseconds ?? FETCH_MS,
    killSignal: 'SIGKILL'
  })
  let said = ''
  const hear = (text: string) => { said = (said + text).slice(-2_000) }
  child.stdout.setEncoding('utf8').on('data', hear)
  child.stderr.setEncoding('utf8').on('data', hear)
  return await new Promise(resolve => {
    child.once('error', error => { resolve({ code: null, said: String(error) }) })
    child.once('close', code => { resolve({ code, said: said.trim() }) })
  })
}

/** Whether the program answers; otherwise skips the test and says so loudly. */
export async function isHere (t: Test, command: string, args: readonly string[]): Promise<boolean> {
  mkdirSync(data, { recursive: true })
  const { code } = await run(command, args, { milliseconds: 30_000 })
  if (code === 0) return true
  skip(t, `${command} is not on this machine`)
  return false
}

/**
 * Fetches what a manifest asks for into a folder that is named after the manifest's content, once.
 * @returns the folder; null when it could not be fetched: then the test has been skipped.
 */
export async function fetchOnce (t: Test, language: string, manifest: string, fetch: (folder: string) => Promise<Outcome>): Promise<string | null> {
  const digest = createHash('sha256').update(readFileSync(recipePath(language, manifest))).digest('hex').slice(0, 12)
  const folder = keptPath(language, digest)
  if (existsSync(folder)) return folder
  mkdirSync(keptPath(language, ''), { recursive: true })
  t.comment(`first run: fetching the libraries for ${language}, which may take minutes`)
  // Under another name until it is whole: a run that was ended half-way must not look finished.
  const unfinished = mkdtempSync(`${folder}-`)
  const outcome = await fetch(unfinished)
  if (outcome.code === 0) {
    try {
      renameSync(unfinished, folder)
    } catch {
      rmSync(unfinished, { recursive: true, force: true }) // somebody else was faster
    }
    return folder
  }
  rmSync(unfinished, { recursive: true, force: true })
  skip(t, `its libraries could not be fetched: ${outcome.said.split('\n').at(-1) ?? ''}`)
  return null
}

/** Skips the test, and says why where nobody can overlook it. */
export function skip (t: Test, reason: string): void {
  process.stderr.write(`\nNOT TESTED: ${t.name}: ${reason}\n\n`)
  t.plan(0, `${reason}`)
}

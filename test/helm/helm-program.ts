// Where is helm, and how is it called? In PATH, or where `node test/helm/build-helm.ts` has put it.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Answer {
  readonly code: number
  readonly output: string
  readonly faults: string
}

export const chart = fileURLToPath(new URL('../../helm/', import.meta.url))

/** Where programs are kept that were built for the tests. */
export function programDirectory (environment: NodeJS.ProcessEnv = process.env): string {
  const caches = environment['XDG_CACHE_HOME'] ?? ''
  return caches === '' ? fileURLToPath(new URL('../../node_modules/.cache/helm/', import.meta.url)) : join(caches, 'gatehouse-helm')
}

/** The path of a program, or null. */
export function findProgram (name: string, places: readonly string[] = []): string | null {
  const directories = [programDirectory(), ...(process.env['PATH'] ?? '').split(delimiter), ...places]
  return directories.map(directory => join(directory, name)).find(path => existsSync(path)) ?? null
}

/** Go, in PATH or where its own archive unpacks it; or null. */
export function findGo (): string | null {
  return findProgram('go', ['/usr/local/go/bin', '/usr/lib/go/bin'])
}

/** Runs a program to its end. */
export async function run (program: string, args: readonly string[], input = ''): Promise<Answer> {
  return await new Promise(resolve => {
    const child = execFile(program, args, { maxBuffer: 16 * 1024 * 1024, env: { ...process.env, HELM_NO_PLUGINS: '1' } }, (error, output, faults) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, output, faults: faults === '' && error !== null ? error.message : faults })
    })
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
  })
}

/** What to say where a program is missing. */
export const howToGetIt = 'node test/helm/build-helm.ts makes it, where there is Go'

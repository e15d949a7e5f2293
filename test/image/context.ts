// Which files reach the engine that builds the image? Those that .dockerignore lets through: of all patterns that match, the last one decides.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

export interface Context {
  lets (path: string): boolean
  /** Every file that is let through, relative to the directory. */
  files (directory: string): readonly string[]
}

export function readContext (dockerignore: string): Context {
  const rules = dockerignore.split('\n').map(line => line.trim()).filter(line => line !== '' && !line.startsWith('#'))
    .map(line => ({ lets: line.startsWith('!'), pattern: toPattern(line.replace(/^!/, '')) }))
  const inside = dockerignore.split('\n').filter(line => line.startsWith('!')).map(line => line.slice(1).trim())
  const lets = (path: string) => rules.findLast(({ pattern }) => pattern.test(path))?.lets ?? true
  const walk = (directory: string, at: string): string[] => readdirSync(join(directory, at), { withFileTypes: true }).flatMap(entry => {
    const path = at === '' ? entry.name : `${at}/${entry.name}`
    if (!entry.isDirectory()) return lets(path) ? [path] : []
    return lets(path) || inside.some(one => one.startsWith(`${path}/`)) ? walk(directory, path) : []
  })
  return { lets, files: directory => walk(directory, '') }
}

// A pattern that matches a directory matches all that is in it.
function toPattern (pattern: string): RegExp {
  const source = pattern.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('**/', '\0').replaceAll('*', '[^/]*').replaceAll('\0', '(?:.*/)?')
  return new RegExp(`^${source}(?:/.*)?$`)
}

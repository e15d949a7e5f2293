// Which rules hold for every house of this kind? Each takes files as data and returns what breaks it, as lines to read.
import type { Import, SourceFile } from './source-file.ts'

/** What a room may touch. A place is a folder or a file; whoever may import a folder may import all of it. */
export interface Room {
  /** Places whose values may be imported; their types too. */
  readonly values: readonly string[]
  /** Places of which types alone may be imported. */
  readonly types?: readonly string[]
  readonly packages: readonly string[]
  /** From node itself: a module, or `module { name, name }` for parts of it; `*` for all of node. */
  readonly node: readonly string[]
}

export type House = Readonly<Record<string, Room>>

const within = (place: string, path: string) => path === place || path.startsWith(`${place}/`)

/** The most particular place of the table that a file lies in. */
export function roomOf (house: House, path: string): string | undefined {
  return Object.keys(house).filter(place => within(place, path)).sort((a, b) => b.length - a.length)[0]
}

/** What may a file import? */
export function foreignImports (house: House, file: SourceFile): readonly string[] {
  const place = roomOf(house, file.path)
  const room = place === undefined ? undefined : house[place]
  if (place === undefined || room === undefined) return [`${file.path} lies in no room`]
  return file.imports.filter(one => !mayImport(house, place, room, one)).map(one => `${file.path} ← ${one.typeOnly ? 'type of ' : ''}${one.specifier} { ${one.names.join(', ')} }`)
}

function mayImport (house: House, place: string, room: Room, one: Import): boolean {
  const { file, specifier } = one
  if (file !== null) {
    const target = roomOf(house, file)
    // A room inside a room is a room of its own.
    return target === place || allows(room.values, target, file) || (one.typeOnly && allows(room.types ?? [], target, file))
  }
  if (specifier.startsWith('node:')) return mayImportNode(room, one)
  return room.packages.includes(packageOf(specifier))
}

function allows (places: readonly string[], target: string | undefined, file: string): boolean {
  return places.some(place => place === target || place === file || (target !== undefined && within(place, target)))
}

function mayImportNode (room: Room, { specifier, names }: Import): boolean {
  if (room.node.includes('*') || room.node.includes(specifier)) return true
  const parts = room.node.find(one => one.startsWith(`${specifier} {`))?.replace(/^.*\{|\}/g, '').split(',').map(name => name.trim())
  return parts !== undefined && names.every(name => parts.includes(name))
}

export function packageOf (specifier: string): string {
  return specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
}

/** Are there modules that need each other to be loaded first? */
export function circles (files: readonly SourceFile[]): readonly string[] {
  const next = new Map(files.map(file => [file.path, file.imports.filter(one => !one.typeOnly).flatMap(one => one.file ?? [])]))
  const done = new Set<string>()
  const found: string[] = []
  const walk = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) found.push([...trail.slice(trail.indexOf(path)), path].join(' → '))
    if (trail.includes(path) || done.has(path)) return
    for (const target of next.get(path) ?? []) walk(target, [...trail, path])
    done.add(path)
  }
  for (const path of next.keys()) walk(path, [])
  return found
}

const clock = ['Date.now', 'new Date()', 'Date()', 'performance', 'process', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'Temporal']
const chance = ['Math.random', 'crypto', 'Crypto']
const outside = ['fetch', 'WebSocket', 'XMLHttpRequest', 'EventSource', 'navigator', 'globalThis', 'global', 'require', 'import(…)', 'eval', 'Function', 'console', 'localStorage', 'import.meta']

/** Does a file reach for the clock, for chance or for the world by itself? */
export function impurities (file: SourceFile): readonly string[] {
  return mentions(file, [...clock, ...chance, ...outside])
}

/** Which of these does the code name? */
export function mentions (file: SourceFile, words: readonly string[]): readonly string[] {
  const parts = new Set([...file.names, ...[...file.expressions].flatMap(expression => [expression, ...words.filter(word => word.includes('.') && expression.startsWith(`${word}.`))])])
  return words.filter(word => parts.has(word)).map(word => `${file.path}: ${word}`)
}

const junk = ['utils', 'util', 'helpers', 'helper', 'common', 'shared', 'misc', 'lib', 'core', 'base', 'manager', 'types', 'constants', 'index']

/** Does a path say what is behind it? */
export function badNames (path: string): readonly string[] {
  const parts = path.split('/')
  const words = parts.flatMap(part => [part, part.replace(/\..*$/, ''), ...part.replace(/\..*$/, '').split('-')])
  const problems = junk.filter(name => words.includes(name)).map(name => `${path} says ${name}`)
  const kebab = parts.every((part, depth) => /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.test)?(?:\.ts)?$/.test(part) || (parts[0] === 'migrations' && depth === 1 && /^\d{4}_[a-z0-9_]+\.ts$/.test(part)))
  return kebab ? problems : [...problems, `${path} is not in kebab-case`]
}

/** Does a file hand on what others have written? */
export function barrels (file: SourceFile): readonly string[] {
  const everything = file.imports.filter(one => one.reexported && one.names.includes('*')).map(one => `${file.path} exports all of ${one.specifier}`)
  return file.substance || file.imports.length === 0 ? everything : [...everything, `${file.path} has nothing of its own`]
}

/** Is something swept under the rug? */
export function rug (file: SourceFile): readonly string[] {
  const comments = file.comments.filter(comment => /@ts-(?:ignore|expect-error|nocheck)|eslint-(?:disable|enable)|\b(?:TODO|FIXME|XXX|HACK)\b/.test(comment))
  return [...file.loopholes, ...comments].map(what => `${file.path}: ${what}`)
}

/** Is every import written so that Node loads it as it is? */
export function loosePaths (file: SourceFile, builtins: readonly string[]): readonly string[] {
  return file.imports.filter(one => one.file === null ? (!one.specifier.startsWith('node:') && builtins.includes(one.specifier)) || one.specifier.startsWith('/') : !/\.(?:ts|json)$/.test(one.specifier)).map(one => `${file.path} ← ${one.specifier}`)
}

/** Does a file open with the question that it answers? */
export function mute (file: SourceFile): readonly string[] {
  return /^\/\/ [\p{Lu}`].*[\p{L}?.:]$/u.test(file.firstLine) ? [] : [`${file.path} begins with ${file.firstLine}`]
}

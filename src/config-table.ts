// What is in force, and who said so? A table of every variable that the configuration asks for, made of what it understood: secrets print as nothing.
import type { Config, Environment } from './config.ts'
import { Secret } from './secret.ts'

export interface Watched {
  readonly environment: Environment
  /** Every variable that has been asked for, in that order. */
  names (): readonly string[]
}

/** An environment that notes what is asked of it: no list of names can fall behind the code. */
export function watchEnvironment (environment: Environment): Watched {
  const asked = new Set<string>()
  const get = (target: Environment, name: string | symbol) => {
    if (typeof name !== 'string') return undefined
    asked.add(name)
    return target[name]
  }
  return { environment: new Proxy(environment, { get }), names: () => [...asked].filter(name => asked.has(`${name}_FILE`)).sort() }
}

export function buildConfigTable (config: Config, environment: Environment, names: readonly string[]): string {
  const rows = [['VARIABLE', 'FROM', 'IN FORCE'], ...names.map(name => [name, sourceOf(environment, name), textOf(valueOf(config, name))])]
  const widths = [0, 1].map(column => Math.max(...rows.map(row => row[column]?.length ?? 0)))
  return rows.map(row => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n') + '\n'
}

function sourceOf (environment: Environment, name: string): string {
  const file = environment[`${name}_FILE`]
  if (file !== undefined && file !== '') return 'file'
  const text = environment[name]
  return text === undefined || text === '' ? 'default' : 'env'
}

// SESSION_IDLE_SECONDS is `sessionIdleSeconds`; BRAND_NAME is `name` of `brand`, BRAND_LOGO_FILE its `logo`.
function valueOf (config: Config, name: string): unknown {
  const words = name.replace(/_FILE$/, '').toLowerCase().split('_')
  const parts: object[] = [config, ...Object.values(config).filter(value => typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Secret))]
  for (const part of parts) {
    for (const key of [camel(words), camel(words.slice(1))]) if (key !== '' && Object.hasOwn(part, key) && (part !== config || key === camel(words))) return Reflect.get(part, key)
  }
  return undefined
}

function camel ([first = '', ...rest]: readonly string[]): string {
  return first + rest.map(word => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

function textOf (value: unknown): string {
  if (value === null || value === undefined) return '(none)'
  if (Array.isArray(value)) return value.length === 0 ? '(none)' : value.map(textOf).join(', ')
  if (value instanceof Secret || typeof value !== 'object') return String(value)
  if ('id' in value && 'key' in value) return `${String(value.id)}:[secret]`
  return 'contentType' in value ? String(value.contentType) : JSON.stringify(value)
}

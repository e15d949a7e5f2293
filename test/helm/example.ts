// What does the chart make of a file of values? The objects, by kind and name.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'
import { chart, findProgram, run, type Answer } from './helm-program.ts'

/** Anything that came out of YAML, to be asked by path. */
export class Part {
  readonly value: unknown

  constructor (value: unknown) {
    this.value = value
  }

  /** What is at the path, or a part without a value. */
  at (...path: ReadonlyArray<string | number>): Part {
    return new Part(path.reduce<unknown>((value, key) => typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined, this.value))
  }

  get items (): readonly Part[] {
    return Array.isArray(this.value) ? this.value.map((item: unknown) => new Part(item)) : []
  }

  get entries (): ReadonlyArray<readonly [string, Part]> {
    return typeof this.value === 'object' && this.value !== null ? Object.entries(this.value).map(([key, value]: [string, unknown]) => [key, new Part(value)] as const) : []
  }

  get text (): string {
    return this.value === undefined || this.value === null ? '' : String(this.value)
  }

  get kind (): string {
    return this.at('kind').text
  }

  get name (): string {
    return this.at('metadata', 'name').text
  }
}

export interface Example {
  readonly name: string
  readonly yaml: string
  readonly objects: readonly Part[]
  /** Those of a kind. */
  readonly all: (kind: string) => readonly Part[]
  /** The only one of a kind, or of that kind and the name's end. */
  readonly one: (kind: string, suffix?: string) => Part
}

/** Runs helm as if there were a cluster of that version: what it takes for one otherwise depends on who built it. */
export async function callHelm (command: 'template' | 'lint' | 'install' | 'version', ...args: readonly string[]): Promise<Answer> {
  const cluster = command === 'template' || command === 'lint' ? ['--kube-version', '1.34.0'] : []
  return await run(findProgram('helm') ?? 'helm', [command, ...cluster, ...args])
}

export const release = 'northwind'

/** Renders the chart with an example of `helm/ci`. */
export async function renderExample (file: string, ...further: readonly string[]): Promise<Example> {
  const { code, output, faults } = await callHelm('template', release, chart, '--namespace', 'sign-in', '--values', join(chart, 'ci', file), ...further)
  if (code !== 0) throw new Error(`${file}: ${faults}`)
  return readExample(file, output)
}

export function readExample (name: string, yaml: string): Example {
  const objects = parseAllDocuments(yaml).map(document => {
    if (document.errors.length > 0) throw new Error(`${name}: ${document.errors.join(', ')}`)
    return new Part(document.toJS({ maxAliasCount: 0 }))
  }).filter(part => part.value !== null)
  const all = (kind: string) => objects.filter(object => object.kind === kind)
  return {
    name,
    yaml,
    objects,
    all,
    one: (kind, suffix) => {
      const found = all(kind).filter(object => suffix === undefined || object.name.endsWith(suffix))
      const [only] = found
      if (only === undefined || found.length > 1) throw new Error(`${name}: ${found.length} of ${kind} ${suffix ?? ''}`)
      return only
    }
  }
}

/** The files of `helm/ci`. */
export function exampleFiles (): readonly string[] {
  return globSync('*-values.yaml', { cwd: join(chart, 'ci') }).sort()
}

/** All examples, and how to get the one that is called `name`. */
export async function renderExamples (): Promise<{ readonly examples: readonly Example[], readonly example: (name: string) => Example }> {
  const examples: Example[] = []
  for (const file of exampleFiles()) examples.push(await renderExample(file))
  return {
    examples,
    example: name => {
      const found = examples.find(one => one.name === `${name}-values.yaml`)
      if (found === undefined) throw new Error(`There is no example ${name}`)
      return found
    }
  }
}

/** The container that serves. */
export function gatewayOf (example: Example): Part {
  return example.one('Deployment').at('spec', 'template', 'spec', 'containers', 0)
}

/** A container's variable of that name. */
export function variableOf (container: Part, name: string): Part | undefined {
  return container.at('env').items.find(one => one.at('name').text === name)
}

/** Every pod of an example, and whose it is. */
export function podsOf (example: Example): ReadonlyArray<{ readonly of: string, readonly pod: Part }> {
  return example.objects.flatMap(object => {
    const pod = podOf(object)
    return pod === null ? [] : [{ of: `${example.name} ${object.kind} ${object.name}`, pod }]
  })
}

/** The pod of an object that makes some, or null. */
export function podOf (object: Part): Part | null {
  if (object.kind === 'Pod') return object
  if (object.kind === 'CronJob') return object.at('spec', 'jobTemplate', 'spec', 'template')
  return object.kind === 'Deployment' || object.kind === 'Job' ? object.at('spec', 'template') : null
}

export function readChartFile (path: string): string {
  return readFileSync(join(chart, path), 'utf8')
}

export function readChartYaml (path: string): Part {
  return new Part(parse(readChartFile(path)))
}

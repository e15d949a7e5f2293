// How is a statement that every login sends put together once and not every time? Compiled with blanks, which each use fills in.
import { type CompiledQuery, type RawBuilder, sql } from 'kysely'
import type { Database } from './connect.ts'

// By their text, of which there is one object each: a name for those that a connection may keep prepared.
const names = new Map<string, string>()

/** The name under which a connection may keep this statement prepared; undefined for statements that are put together each time. */
export function nameOf (text: string): string | undefined {
  return names.get(text)
}

class Blank {
  readonly name: string

  constructor (name: string) {
    this.name = name
  }
}

/** Where a value goes in that is known only when the statement is sent. */
export function blank<Value> (name: string): RawBuilder<Value> {
  return sql<Value>`${new Blank(name)}`
}

/** @returns the statement with its blanks filled in. A blank without a value is our own fault. */
export function compileOnce<Row, Values extends Readonly<Record<string, unknown>>> (build: () => { compile (): CompiledQuery<Row> }): (values: Values) => CompiledQuery<Row> {
  let compiled: CompiledQuery<Row> | null = null
  return values => {
    compiled ??= named(build().compile())
    const parameters = compiled.parameters.map(parameter => {
      if (!(parameter instanceof Blank)) return parameter
      if (!Object.hasOwn(values, parameter.name)) throw new Error(`The statement has no value for ${parameter.name}.`)
      return values[parameter.name]
    })
    return { ...compiled, parameters }
  }
}

function named<Row> (compiled: CompiledQuery<Row>): CompiledQuery<Row> {
  if (!names.has(compiled.sql)) names.set(compiled.sql, `gatehouse_${names.size}`)
  return compiled
}

/** The first row, or undefined. */
export async function findFirst<Row> (db: Database, query: CompiledQuery<Row>): Promise<Row | undefined> {
  return (await db.executeQuery(query)).rows[0]
}

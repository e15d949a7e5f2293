// What exactly is wrong with a request? Every fault by its path, so that it can be mended at once.
import type { SerializerSelector } from '@fastify/fast-json-stringify-compiler'
import type { FastifySchemaCompiler, FastifyServerOptions } from 'fastify'
import type { TSchema } from 'typebox'
import type { Compile } from 'typebox/compile'
import type { TLocalizedValidationError } from 'typebox/error'
import { plainText } from '../oidc/plain-text.ts'

export interface ValidationFault {
  readonly path: string
  readonly message: string
}

/** The request does not have the form that the API describes. Answered 400 with every fault. */
export class ValidationRefusal extends Error {
  readonly code = 'validation-failed'
  readonly errors: readonly ValidationFault[]

  constructor (errors: readonly ValidationFault[]) {
    super('validation-failed')
    this.name = 'ValidationRefusal'
    this.errors = errors
  }
}

const MAX_FAULTS = 20

let loaded: { readonly Compile: typeof Compile, readonly SerializerSelector: typeof SerializerSelector } | null = null

/**
 * A hook for scopes with schemas. Loading the compilers takes longer than starting half of the house, and most replicas never get a request
 * that needs them: so the first one that does waits, and not every start.
 */
export async function loadCompilers (): Promise<void> {
  if (loaded !== null) return
  const [{ Compile }, { SerializerSelector }] = await Promise.all([import('typebox/compile'), import('@fastify/fast-json-stringify-compiler')])
  loaded = { Compile, SerializerSelector }
}

function compilers (): NonNullable<typeof loaded> {
  if (loaded === null) throw new Error('The compilers of the schemas are loaded by a hook of the scope. Is it there?')
  return loaded
}

/**
 * Compiles the schemas of requests, each when it is first needed. Nothing is coerced and nothing dropped: an unknown field is a fault with its name, since a misspelled
 * one would otherwise be a setting that silently does not hold. Values are never repeated, they may be secrets.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  let kept: ReturnType<typeof Compile<TSchema>> | null = null
  return (value: unknown) => {
    const compiled = kept ??= compilers().Compile(schema)
    const read = httpPart === 'querystring' ? withNumbers(value) : value
    // What a path names is looked up only where its form is right, and is 404 otherwise.
    const faults = !compiled.Check(read) ? compiled.Errors(read).flatMap(faultsOf) : httpPart === 'params' ? [] : textFaults(read, '')
    return faults.length === 0 ? { value: read } : { error: new ValidationRefusal(faults.slice(0, MAX_FAULTS)) }
  }
}

/** For a server: it would load the framework's compilers, and make eighty serializers, each time that it starts. */
export const lateCompilers: NonNullable<FastifyServerOptions['schemaController']> = {
  compilersFactory: {
    // Of validators there are only those of a scope that says so itself.
    buildValidator: () => () => { throw new Error('A scope with schemas sets the validator compiler of the house.') },
    buildSerializer: (externalSchemas, options) => definition => {
      let kept: ((answer: unknown) => string) | null = null
      return answer => (kept ??= compilers().SerializerSelector()(externalSchemas, options)(definition))(answer)
    }
  }
}

// A query knows only text. What is written like a number is one; no parameter here wants text that looks so.
function withNumbers (query: unknown): unknown {
  if (typeof query !== 'object' || query === null) return query
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value]))
}

function faultsOf (error: TLocalizedValidationError): readonly ValidationFault[] {
  const path = plainText(error.instancePath, 200)
  switch (error.keyword) {
    case 'additionalProperties': return error.params.additionalProperties.map(name => ({ path: plainText(`${path}/${name}`, 200), message: `There is no field ${plainText(name, 64)} here.` }))
    case 'required': return error.params.requiredProperties.map(name => ({ path: `${path}/${name}`, message: `${name} is missing.` }))
    case 'enum': return [{ path, message: `must be one of ${error.params.allowedValues.map(String).join(', ')}` }]
    // What `additionalProperties: false` says a second time.
    case 'boolean': return []
    default: return [{ path, message: error.message }]
  }
}

// PostgreSQL keeps neither of them, so they would come out as a fault of ours.
function textFaults (value: unknown, path: string): readonly ValidationFault[] {
  if (typeof value === 'string') {
    return value.includes('\0') || !value.isWellFormed() ? [{ path, message: 'must be well-formed text without the character U+0000' }] : []
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => textFaults(inner, `${path}/${name}`))
}

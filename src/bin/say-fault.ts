// Why could a command not do its work? One line for whoever started it, without a stack and without a value that is secret.
import { ConfigError } from '../config.ts'
import { Outage } from '../outage.ts'
import { SchemaOlder } from '../postgres/migrate.ts'
import { SealBroken } from '../postgres/sealed.ts'

/** @param what the sentence that the fault ends, for example `The gateway cannot start`. Returns it with its line break. */
export function sayFault (what: string, error: unknown): string {
  return `${error instanceof ConfigError ? error.message : `${what}: ${reasonOf(error)}`}\n`
}

function reasonOf (error: unknown): string {
  if (error instanceof Outage && error.code === 'database-unavailable') {
    return `the database does not answer (${oneLine(error.cause)}). Is DATABASE_URL right, and is the database up?`
  }
  if (error instanceof SealBroken || error instanceof SchemaOlder) return error.message
  const port = textAt(error, 'port')
  if (textAt(error, 'syscall') === 'listen' && textAt(error, 'code') === 'EADDRINUSE') return `port ${port} is in use. Is another gateway running? PORT and MANAGEMENT_PORT say which are taken.`
  if (textAt(error, 'syscall') === 'listen') return `it may not listen on ${textAt(error, 'address')}, port ${port} (${textAt(error, 'code')}). HOST, PORT and MANAGEMENT_PORT say where.`
  return oneLine(error)
}

// An AggregateError of a socket has no message, only a code.
function oneLine (error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return (text === '' ? textAt(error, 'code') : text).replaceAll(/\s+/g, ' ').slice(0, 300)
}

function textAt (error: unknown, name: string): string {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

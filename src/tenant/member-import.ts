// What does one line of an imported file say of a person? Fields as people write them, or what is wrong with each.
import { parseEmail } from './email.ts'
import { parseName, parseRoles } from './member.ts'
import { TenantRefusal } from './refusal.ts'

export const importColumns = ['email', 'name', 'roles', 'externalId'] as const
export type ImportColumn = typeof importColumns[number]

/** Fields that a file did not speak of are left out: what is there already stays. */
export interface ImportedMember {
  readonly email: string
  readonly name?: string
  readonly roles?: readonly string[]
  readonly externalId?: string | null
}

export interface ImportFault {
  /** As an editor counts them, from 1. */
  readonly line: number
  /** The column, as the file calls it; null where the line as a whole is at fault. */
  readonly field: string | null
  readonly message: string
}

/** More would be another job: a directory that is kept in step, and not a file. */
export const MAX_IMPORTED = 100_000

const MAX_EXTERNAL_ID = 200

/** The column that a heading means: `E-Mail`, `external_id`, `External ID`. Null for one that is none of ours. */
export function findColumn (heading: string): ImportColumn | null {
  const bare = heading.toLowerCase().replace(/[\s_-]/g, '')
  return importColumns.find(column => column.toLowerCase() === bare) ?? null
}

/**
 * @param fields by column. Text as from a table (an empty cell says nothing; roles stand side by side), or what JSON holds.
 * @returns the person, or every fault of the line.
 */
export function parseImported (fields: Readonly<Partial<Record<ImportColumn, unknown>>>, line: number): ImportedMember | readonly ImportFault[] {
  const faults: ImportFault[] = []
  const read = <Value> (field: ImportColumn, parse: (value: unknown) => Value): Value | undefined => {
    const value = fields[field]
    if (value === undefined || value === '') return undefined
    try {
      return parse(value)
    } catch (error) {
      if (!(error instanceof TenantRefusal)) throw error
      faults.push({ line, field, message: error.detail ?? 'That is not acceptable here.' })
      return undefined
    }
  }
  const email = read('email', value => parseEmail(textOf(value)).address)
  const name = read('name', value => parseName(textOf(value)))
  const roles = read('roles', value => parseRoles(rolesOf(value)))
  const externalId = read('externalId', value => value === null ? null : parseExternalId(textOf(value)))
  if (email === undefined && faults.every(({ field }) => field !== 'email')) faults.push({ line, field: 'email', message: 'There is no email address here.' })
  if (faults.length > 0 || email === undefined) return faults
  return { email, ...(name === undefined ? {} : { name }), ...(roles === undefined ? {} : { roles }), ...(externalId === undefined ? {} : { externalId }) }
}

function textOf (value: unknown): string {
  if (typeof value !== 'string') throw new TenantRefusal('value-malformed', 'This must be text.')
  if (value.includes('\0') || !value.isWellFormed()) throw new TenantRefusal('value-malformed', 'This must be well-formed text without the character U+0000.')
  return value
}

function rolesOf (value: unknown): readonly string[] {
  if (typeof value === 'string') return textOf(value).split(/[\s,;|]+/).filter(role => role !== '')
  if (Array.isArray(value)) return value.map(textOf)
  throw new TenantRefusal('value-malformed', 'Roles are a list of text.')
}

function parseExternalId (text: string): string {
  const id = text.trim()
  if (id.length === 0 || id.length > MAX_EXTERNAL_ID || /\p{C}/u.test(id)) throw new TenantRefusal('value-malformed', `An externalId is one line of 1 to ${MAX_EXTERNAL_ID} characters.`)
  return id
}

// How does a list of people become members? All of them or none, and whoever made the list learns what is wrong with it, line by line.
import type { AuditEvent, By } from '../tenant/event.ts'
import { buildId, ID_BYTES, type MemberId } from '../tenant/id.ts'
import { type ImportColumn, type ImportedMember, type ImportFault, MAX_IMPORTED, parseImported } from '../tenant/member-import.ts'
import type { Tenant } from '../tenant/tenant.ts'

/** One line as the reader of the file gives it: its fields, or why there are none. */
export type ReadLine =
  | { readonly line: number, readonly fields: Readonly<Partial<Record<ImportColumn, unknown>>> }
  | { readonly line: number, readonly field: string | null, readonly message: string }

export interface StagedMember extends ImportedMember {
  readonly line: number
  /** For a member who is new. */
  readonly id: MemberId
}

export interface ImportCounts {
  readonly created: number
  readonly updated: number
  readonly unchanged: number
}

export interface ImportMembersNeeds {
  readonly imports: {
    /**
     * Stages rows while `fill` reads, and then writes all of them at once. Nothing is written where `fill` returns false, where there are conflicts with
     * members that are there, or for a dry run.
     */
    run (tenant: Pick<Tenant, 'id' | 'defaultRoles'>, fill: (stage: (rows: readonly StagedMember[]) => Promise<void>) => Promise<boolean>, options: { readonly dryRun: boolean }, now: Date): Promise<
      | { readonly kind: 'written', readonly counts: ImportCounts }
      | { readonly kind: 'not-filled' }
      | { readonly kind: 'conflicts', readonly lines: readonly number[], readonly count: number }
    >
  }
  readonly events: { save (event: AuditEvent, now: Date): Promise<void> }
  readonly now: () => Date
  readonly random: (bytes: number) => Uint8Array
}

export interface ImportOrder extends By {
  readonly tenant: Pick<Tenant, 'id' | 'defaultRoles'>
  readonly lines: AsyncIterable<ReadLine>
  readonly dryRun: boolean
}

export type Imported =
  | { readonly kind: 'imported', readonly counts: ImportCounts }
  /** The first faults, and how many there are in all. */
  | { readonly kind: 'refused', readonly faults: readonly ImportFault[], readonly count: number }

const BATCH = 1_000
export const MAX_FAULTS = 100

export function importMembers (needs: ImportMembersNeeds) {
  return async function ({ tenant, lines, dryRun, actor, address }: ImportOrder): Promise<Imported> {
    const now = needs.now()
    const faults = collectFaults()
    const done = await needs.imports.run(tenant, async stage => await fill(needs, lines, faults, stage), { dryRun }, now)
    if (done.kind === 'not-filled') return { kind: 'refused', ...faults.told() }
    if (done.kind === 'conflicts') {
      if (done.lines.length === 0) faults.add({ line: 1, field: null, message: 'Members were changed while the file was imported. Try it again.' })
      for (const line of done.lines) faults.add({ line, field: 'externalId', message: 'Another member has this externalId already.' })
      return { kind: 'refused', faults: faults.told().faults, count: done.count }
    }
    if (!dryRun) await needs.events.save({ type: 'members.imported', tenantId: tenant.id, actor, address, subject: tenant.id, details: { ...done.counts } }, now)
    return { kind: 'imported', counts: done.counts }
  }
}

export type ImportMembers = ReturnType<typeof importMembers>

async function fill ({ random }: ImportMembersNeeds, lines: AsyncIterable<ReadLine>, faults: Faults, stage: (rows: readonly StagedMember[]) => Promise<void>): Promise<boolean> {
  const seen = { email: new Map<string, number>(), externalId: new Map<string, number>() }
  let batch: StagedMember[] = []
  let count = 0
  for await (const read of lines) {
    if (!('fields' in read)) {
      faults.add(read)
      continue
    }
    const { line } = read
    if (++count > MAX_IMPORTED) {
      faults.add({ line, field: null, message: `A file has at most ${MAX_IMPORTED} people. Split it.` })
      break
    }
    const parsed = parseImported(read.fields, line)
    if (isFaulty(parsed)) {
      for (const fault of parsed) faults.add(fault)
      continue
    }
    for (const field of ['email', 'externalId'] as const) {
      const value = parsed[field]
      if (value === undefined || value === null) continue
      const before = seen[field].get(value)
      if (before === undefined) seen[field].set(value, line)
      else faults.add({ line, field, message: `The same is on line ${before}.` })
    }
    // With one fault nothing will be written; the rest is read only to tell of all the others.
    if (faults.count() > 0) continue
    batch.push({ ...parsed, line, id: buildId('mem', random(ID_BYTES)) })
    if (batch.length === BATCH) {
      await stage(batch)
      batch = []
    }
  }
  if (faults.count() === 0 && count === 0) faults.add({ line: 1, field: null, message: 'There is nobody in this file.' })
  if (faults.count() > 0) return false
  await stage(batch)
  return true
}

function isFaulty (parsed: ImportedMember | readonly ImportFault[]): parsed is readonly ImportFault[] {
  return Array.isArray(parsed)
}

interface Faults {
  add (fault: ImportFault): void
  count (): number
  told (): { readonly faults: readonly ImportFault[], readonly count: number }
}

function collectFaults (): Faults {
  const faults: ImportFault[] = []
  let count = 0
  return {
    add: ({ line, field, message }) => {
      count++
      if (faults.length < MAX_FAULTS) faults.push({ line, field, message })
    },
    count: () => count,
    told: () => ({ faults, count })
  }
}

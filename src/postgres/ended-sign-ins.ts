// Which sign-ins have ended while tokens of theirs may still be alive? In the order of their ends, to be read on from where one left off.
import { sql } from 'kysely'
import type { SignInId } from '../tenant/id.ts'
import type { Database } from './connect.ts'

export interface EndedPage {
  readonly ended: readonly SignInId[]
  /** Names the last one that was read; null when nobody has read any. */
  readonly next: string | null
  /** Whether there are further ones to be read at once. */
  readonly more: boolean
}

export interface EndedSignIns {
  /** All that is worth knowing after the one that `since` names; from the beginning for null, and for what names none any more. */
  list (since: string | null, limit: number): Promise<EndedPage>
}

/** The number as text: it may be larger than those that are exact here. */
interface EndedRow { readonly place: string, readonly signInId: string }

/** @param keepSeconds how long an end is news, counted by the database's clock, which has dated it */
export function createEndedSignIns (db: Database, keepSeconds: number): EndedSignIns {
  return {
    async list (since, limit) {
      const seen = since === null ? nobody : readPlace(since)
      // Both starts are single steps in an index, and the rest is what will be answered. A number counts only together with its sign-in: a
      // database that was restored gives the same numbers again, and whoever read on from one of them would miss what had it before.
      const { rows } = await sql<EndedRow>`
        select number::text as place, sign_in_id from ended_sign_ins where number > coalesce(
          (select number from ended_sign_ins where number = ${seen.place}::bigint and sign_in_id = ${seen.signInId}),
          (select number from ended_sign_ins where ended_at <= now() - make_interval(secs => ${keepSeconds}) order by ended_at desc limit 1),
          0)
        order by number limit ${limit + 1}`.execute(db)
      const shown = rows.slice(0, limit)
      const last = shown.at(-1)
      return { ended: shown.map(row => row.signInId as SignInId), next: last === undefined ? since : writePlace(last), more: rows.length > limit }
    }
  }
}

const nobody: EndedRow = { place: '0', signInId: '' }

function writePlace ({ place, signInId }: EndedRow): string {
  return Buffer.from(`${place} ${signInId}`).toString('base64url')
}

function readPlace (cursor: string): EndedRow {
  const [, place, signInId] = /^(\d{1,18}) ([\w-]{1,64})$/.exec(Buffer.from(cursor, 'base64url').toString('utf8')) ?? []
  return place === undefined || signInId === undefined ? nobody : { place, signInId }
}

// What is left of a change whose event cannot be written? The rows before and after, while the database takes no event of that type.
import type { JourneyWorld } from './world.ts'

export interface Refused<Answer> {
  readonly answer: Answer
  /** By table, as text. */
  readonly before: Readonly<Record<string, string>>
  readonly after: Readonly<Record<string, string>>
}

export async function refuseEvents ({ sql }: Pick<JourneyWorld, 'sql'>) {
  await sql("create function refuse_events () returns trigger language plpgsql as $$ begin raise exception 'full' using errcode = 'disk_full'; end $$")

  // Of all tables but that of the events, and not when a session was used last, which is written down when it pleases.
  async function everyRow (): Promise<Record<string, string>> {
    const rows: Record<string, string> = {}
    for (const { name } of await sql("select table_name as name from information_schema.tables where table_schema = 'public' and table_name <> 'events' order by 1")) {
      const [all] = await sql(`select coalesce(jsonb_agg(row order by row::text), '[]')::text as text from (select to_jsonb(one) - 'last_seen_at' - 'last_used_at' as row from ${String(name)} one) rows`)
      rows[String(name)] = String(all?.['text'])
    }
    return rows
  }

  return async function <Answer> (type: string, work: () => Promise<Answer>): Promise<Refused<Answer>> {
    const before = await everyRow()
    await sql(`create trigger refused before insert on events for each row when (new.type = '${type}') execute function refuse_events()`)
    const answer = await work().finally(async () => { await sql('drop trigger refused on events') })
    return { answer, before, after: await everyRow() }
  }
}

// What if another replica is in the middle of something? A transaction on a connection of its own, open until it is told to end.
import pg from 'pg'
import type { FreshDatabase, WithTeardown } from './fresh-database.ts'
import { until } from './until.ts'

export interface OtherReplica {
  /** In the transaction. */
  raw (sql: string, parameters?: readonly unknown[]): Promise<Array<Record<string, unknown>>>
  /** Comes back once somebody waits for what the transaction holds. */
  waitedFor (): Promise<void>
  commit (): Promise<void>
}

export async function openOtherReplica (t: WithTeardown, { url, raw }: FreshDatabase): Promise<OtherReplica> {
  const client = new pg.Client({ connectionString: url.reveal() })
  await client.connect()
  t.teardown(async () => { await client.end() })
  await client.query('begin')
  const { rows: [me] } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  return {
    raw: async (sql, parameters = []) => (await client.query<Record<string, unknown>>(sql, [...parameters])).rows,
    waitedFor: async () => { await until('somebody waits for the other replica', async () => (await raw('select from pg_stat_activity where $1 = any(pg_blocking_pids(pid))', [me?.pid])).length > 0) },
    commit: async () => { await client.query('commit') }
  }
}

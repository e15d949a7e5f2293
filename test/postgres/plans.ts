// How did PostgreSQL really answer? Every plan as it was executed, with the rows that it touched, those of triggers and foreign keys too.
import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Database } from '../../src/postgres/connect.ts'
import type { Schema } from '../../src/postgres/schema.ts'
import type { WithTeardown } from './fresh-database.ts'

export interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Actual Rows'?: number
  readonly 'Actual Loops'?: number
  readonly 'Rows Removed by Filter'?: number
  readonly 'Rows Removed by Index Recheck'?: number
  readonly Plans?: readonly PlanNode[]
}

export interface ExecutedStatement {
  readonly text: string
  readonly plan: PlanNode
}

export interface Explained {
  readonly db: Database
  /** Does some work, and tells the plans of all its statements. */
  plansOf (work: () => Promise<unknown>): Promise<readonly ExecutedStatement[]>
}

const settings = {
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': 0,
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_timing': 'off',
  // What a statement sets off: triggers, and the cascades of foreign keys.
  'auto_explain.log_nested_statements': 'on',
  'auto_explain.log_format': 'json',
  'auto_explain.log_level': 'notice'
}

/** Opens a database whose server explains itself: the same statements as the gateway's, with the values that they were sent with. */
export function openExplained (test: WithTeardown, url: string): Explained {
  const heard: ExecutedStatement[] = []
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`).join(' ')
  const pool = new pg.Pool({ connectionString: url, options, max: 1 })
  pool.on('connect', client => {
    client.on('notice', ({ message = '' }) => {
      const [, explained] = /^duration: [\d.]+ ms {2}plan:\n([^]*)$/.exec(message) ?? []
      if (explained === undefined) return
      const { 'Query Text': text, Plan: plan }: { 'Query Text': string, Plan: PlanNode } = JSON.parse(explained)
      heard.push({ text, plan })
    })
  })
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }), plugins: [new CamelCasePlugin()] })
  test.teardown(async () => { await db.destroy() })
  return {
    db,
    async plansOf (work) {
      heard.length = 0
      await work()
      return [...heard]
    }
  }
}

/** Every node of a plan, the outermost first. */
export function nodesOf (node: PlanNode): readonly PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)]
}

/** How many rows a node looked at, those included that it threw away. */
export function rowsSeen (node: PlanNode): number {
  return ((node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)) * (node['Actual Loops'] ?? 0)
}

/** How many rows it was handed by what is below it. */
export function rowsTaken (node: PlanNode): number {
  return (node.Plans ?? []).reduce((sum, child) => sum + (child['Actual Rows'] ?? 0) * (child['Actual Loops'] ?? 0), 0)
}

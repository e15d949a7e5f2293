// How is PostgreSQL reached, and what does it look like from inside when it cannot be?
import { CamelCasePlugin, Kysely, PostgresDialect, type PostgresCursor, type PostgresPool, type PostgresPoolClient, type PostgresQueryResult } from 'kysely'
import pg from 'pg'
import { Outage } from '../outage.ts'
import type { Secret } from '../secret.ts'
import { nameOf } from './compiled.ts'
import type { Schema } from './schema.ts'

export type Database = Kysely<Schema>

export interface ConnectOptions {
  readonly url: Secret
  /** Connections at most; each costs the server some memory. */
  readonly max?: number
  /** How long one statement may take. A person waits for the answer: a store that is silent for longer is down for the purpose of this request. */
  readonly statementSeconds?: number
  /**
   * Whether connections may keep the statements of a login prepared just now, which spares both sides their text. Not behind a
   * transaction pooler: there the next statement may meet another server process, which knows none of them.
   */
  readonly keepsPrepared?: () => boolean
  /** For migrations: a statement may take as long as it takes. */
  readonly patient?: boolean
  /** Told of every statement that was answered or refused, with the time it took: for the metrics, the bench and tests that count. */
  readonly onStatement?: (sql: string, milliseconds: number) => void
  /** Told of connections that broke while idle. They are replaced; nobody has to act. */
  readonly onIdleError?: (error: Error) => void
}

export interface Connected {
  readonly db: Database
  close (): Promise<void>
}

const STATEMENT_SECONDS = 4
const CONNECT_MS = 2_000

/** Opens a pool. Nothing is sent before the first query. Lost connections and silence are thrown as `Outage('database-unavailable')`. */
export function connect (options: ConnectOptions): Connected {
  // Zero is without end: an index on a table of millions takes longer than anybody waits at a door.
  const statementMs = options.patient === true ? 0 : (options.statementSeconds ?? STATEMENT_SECONDS) * 1000
  const pool = new pg.Pool({
    connectionString: options.url.reveal(),
    max: options.max ?? 10,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: statementMs,
    statement_timeout: statementMs,
    idle_in_transaction_session_timeout: statementMs,
    keepAlive: true,
    application_name: 'gatehouse'
  })
  pool.on('error', error => options.onIdleError?.(error))
  const db = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool: new OutageAwarePool(pool, { keepsPrepared: options.keepsPrepared ?? (() => false), onStatement: options.onStatement ?? (() => {}) }) }),
    plugins: [new CamelCasePlugin()]
  })
  return { db, close: async () => { await db.destroy() } }
}

type Surroundings = Required<Pick<ConnectOptions, 'keepsPrepared' | 'onStatement'>>

class OutageAwarePool implements PostgresPool {
  readonly options: object
  readonly #pool: pg.Pool
  readonly #surroundings: Surroundings
  // The query builder keeps something of its own with every client that it is given: each has to be the same one every time.
  readonly #clients = new WeakMap<pg.PoolClient, OutageAwareClient>()

  constructor (pool: pg.Pool, surroundings: Surroundings) {
    this.#pool = pool
    this.#surroundings = surroundings
    this.options = pool.options
  }

  async connect (): Promise<PostgresPoolClient> {
    try {
      return this.#known(await this.#pool.connect())
    } catch (cause) {
      throw new Outage('database-unavailable', { cause })
    }
  }

  async end (): Promise<void> {
    await this.#pool.end()
  }

  #known (client: pg.PoolClient): OutageAwareClient {
    const known = this.#clients.get(client)
    if (known !== undefined) return known
    const made = new OutageAwareClient(client, this.#surroundings)
    this.#clients.set(client, made)
    return made
  }
}

class OutageAwareClient implements PostgresPoolClient {
  readonly #client: pg.PoolClient
  readonly #surroundings: Surroundings
  #broken = false

  constructor (client: pg.PoolClient, surroundings: Surroundings) {
    this.#client = client
    this.#surroundings = surroundings
    // A connection that breaks between two statements says so here; unheard, it would end the process. For as long as it lives: the pool
    // never hands out one that broke.
    client.on('error', () => { this.#broken = true })
  }

  query<R> (sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>
  query<R> (cursor: PostgresCursor<R>): PostgresCursor<R>
  query (sql: unknown, parameters: readonly unknown[] = []): unknown {
    if (typeof sql !== 'string') throw new TypeError('Cursors are not used here.')
    const { keepsPrepared, onStatement } = this.#surroundings
    const name = keepsPrepared() ? nameOf(sql) : undefined
    const startedAt = performance.now()
    // The driver calls back. With a promise of its own, a third of what a statement allocates outlives it, and is carried on until old memory is collected.
    const answered = new Promise((resolve, reject) => {
      this.#client.query(new Statement(sql, parameters.map(storable), name, (error, result) => { if (error === null || error === undefined) resolve(result); else reject(this.#judge(error)) }))
    })
    // By the promise: the driver calls back from where the connection was opened, and whoever is told would take the statement for a part of that request.
    const tell = () => { onStatement(sql, performance.now() - startedAt) }
    void answered.then(tell, tell)
    return answered
  }

  #judge (error: Error): Error {
    if (!isOutage(error)) return error
    // A line that fell silent may stay so for a quarter of an hour before TCP gives it up. Whoever comes next gets a fresh one.
    this.#broken = true
    return new Outage('database-unavailable', { cause: error })
  }

  release (destroy = false): void {
    this.#client.release(destroy || this.#broken)
  }
}

/** Made here, because the driver copies whatever else describes a statement, property by property and descriptors included. */
class Statement extends pg.Query {
  /** Under which the connection keeps it prepared. */
  readonly name: string | undefined

  constructor (text: string, values: unknown[], name: string | undefined, answer: (error: Error | null | undefined, result: pg.QueryResult) => void) {
    super(text, values, answer)
    this.name = name
  }
}

// PostgreSQL holds no U+0000. In a path or a query it is a stranger's nonsense that shall find nothing, not a fault of ours.
function storable (value: unknown): unknown {
  if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value
  return Array.isArray(value) ? value.map(storable) : value
}

// SQLSTATE classes: 08 connection, 53 resources, 57 operator intervention (shutdown, statement timeout), 25P03 idle transaction, 25006 read-only.
function isOutage (error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code: unknown = Reflect.get(error, 'code')
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !code.startsWith('E')) {
    return code.startsWith('08') || code.startsWith('53') || code.startsWith('57') || code === '25P03' || code === '25006'
  }
  // What is left are errors of the socket and of the driver itself (terminated, read timeout): the server said nothing.
  return !(error instanceof pg.DatabaseError)
}

/** The name of the unique constraint that a write ran into, or null. */
export function findUniqueViolation (error: unknown): string | null {
  return error instanceof pg.DatabaseError && error.code === '23505' ? error.constraint ?? '' : null
}

/** Whether a write named a row that is gone by now. */
export function isMissingReference (error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '23503'
}

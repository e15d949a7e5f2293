// What is written together or not at all? Whatever a flow writes through stores that stand on one transaction.
import type { Database } from './connect.ts'

/** Takes what opens the stores; returns what hands them to some work and keeps what that has written, unless it throws. */
export function together<Stores> (db: Database, open: (transaction: Database) => Stores) {
  return async <T>(work: (stores: Stores) => Promise<T>): Promise<T> => await db.transaction().execute(async transaction => await work(open(transaction)))
}

/** For a store that needs a transaction: the one that it stands on, or one of its own. */
export async function inTransaction<T> (db: Database, work: (transaction: Database) => Promise<T>): Promise<T> {
  return db.isTransaction ? await work(db) : await db.transaction().execute(work)
}

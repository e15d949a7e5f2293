// Which products are behind the gateway?
import type { App } from '../tenant/app.ts'
import { TenantRefusal } from '../tenant/refusal.ts'
import { type Database, findUniqueViolation } from './connect.ts'
import { toApp } from './rows.ts'

export interface Apps {
  save (app: App, now: Date): Promise<void>
  find (app: string): Promise<App | null>
  /** All of them, oldest first; a vendor has a handful. */
  list (): Promise<readonly App[]>
  change (app: string, changes: Partial<Omit<App, 'id'>>, now: Date): Promise<App | null>
  remove (app: string): Promise<boolean>
}

export function createApps (db: Database): Apps {
  return {
    async save (app, now) {
      await db.insertInto('apps').values({ ...app, ...arrays(app), createdAt: now, updatedAt: now }).execute().catch(refuseTaken)
    },

    async find (app) {
      const row = await db.selectFrom('apps').selectAll().where(eb => eb.or([eb('id', '=', app), eb('slug', '=', app)])).executeTakeFirst()
      return row === undefined ? null : toApp(row)
    },

    async list () {
      return (await db.selectFrom('apps').selectAll().orderBy('createdAt').orderBy('id').execute()).map(toApp)
    },

    async change (app, changes, now) {
      const { hosts, returnTo, ...rest } = changes
      const row = await db.updateTable('apps')
        .set({ ...rest, ...(hosts === undefined ? {} : { hosts: [...hosts] }), ...(returnTo === undefined ? {} : { returnTo: [...returnTo] }), updatedAt: now })
        .where(eb => eb.or([eb('id', '=', app), eb('slug', '=', app)])).returningAll().executeTakeFirst().catch(refuseTaken)
      return row === undefined ? null : toApp(row)
    },

    async remove (app) {
      const result = await db.deleteFrom('apps').where(eb => eb.or([eb('id', '=', app), eb('slug', '=', app)])).executeTakeFirst()
      return result.numDeletedRows > 0n
    }
  }
}

function arrays (app: App): { hosts: string[], returnTo: string[] } {
  return { hosts: [...app.hosts], returnTo: [...app.returnTo] }
}

function refuseTaken (error: unknown): never {
  if (findUniqueViolation(error) !== null) throw new TenantRefusal('already-exists', 'Another app has this slug or this audience.')
  throw error
}

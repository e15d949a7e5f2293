// On what does a contract run? On PostgreSQL and on the memory that tests put in its place: what holds for one must hold for both.
import t from 'tap'
import type { Test } from 'tap'
import { openFreshDatabase, openStores } from '../postgres/fresh-database.ts'
import { createMemoryStores, type LoginStores } from '../world/doubles/memory-stores.ts'
import { setTheScene } from './cast.ts'

export type OpenStores = (t: Test) => Promise<LoginStores>
export type Contract = (t: Test, open: OpenStores) => void

export function onBoth (contract: Contract): void {
  void t.test('on PostgreSQL', async t => {
    contract(t, async test => await onStage(openStores(await openFreshDatabase(test))))
  })
  void t.test('in memory', async t => {
    contract(t, async () => await onStage(createMemoryStores()))
  })
}

async function onStage (stores: LoginStores): Promise<LoginStores> {
  await setTheScene(stores)
  return stores
}

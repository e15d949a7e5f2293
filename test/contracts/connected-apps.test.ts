// Is an app in Okta one connection of a tenant, also where two people are at it at the same moment, on two replicas?
import t, { type Test } from 'tap'
import { connect } from '../../src/postgres/connect.ts'
import { createConnections } from '../../src/postgres/connections.ts'
import { createShadows } from '../../src/postgres/shadows.ts'
import type { ConnectionId, TenantId } from '../../src/tenant/id.ts'
import { TenantRefusal } from '../../src/tenant/refusal.ts'
import { openFreshDatabase, openStores } from '../postgres/fresh-database.ts'
import { acme, acmeOkta, acmePreview, after, globex, globexOkta, now, setTheScene } from './cast.ts'

const ROUNDS = 20
const { issuer } = acmeOkta

/** Two replicas, each with a line of its own. */
async function open (test: Test) {
  const database = await openFreshDatabase(test)
  await setTheScene(openStores(database))
  const [one, other] = [1, 2].map(() => {
    const { db, close } = connect({ url: database.url, max: 1 })
    test.teardown(close)
    return { connections: createConnections(db, database.seal), shadows: createShadows(db, database.seal) }
  })
  if (one === undefined || other === undefined) throw new Error('There are two.')
  const make = async (id: string, clientId: string, { tenantId, issuer } = acmeOkta) => { await one.connections.save({ ...acmeOkta, id: id as ConnectionId, tenantId, issuer, clientId }, now) }
  const goLive = async (id: string, clientId: string) => {
    await make(id, clientId)
    await one.connections.move(acme.id, id as ConnectionId, { move: 'verify', provenance: 'operator' }, now)
    await one.connections.move(acme.id, id as ConnectionId, { move: 'go-live' }, now)
  }
  /** Live, with settings that wait and have passed a test. */
  const prepare = async (id: string, clientId: string, waiting: string) => {
    await goLive(id, clientId)
    const edit = (await one.shadows.save(acme.id, id as ConnectionId, { clientId: waiting }, now))?.shadow?.edit
    await one.connections.passTest(acme.id, id as ConnectionId, 1, now, edit)
  }
  const leadingTo = async (clientId: string, tenantId: TenantId = acme.id) => (await one.connections.list(tenantId)).filter(found => found.issuer === issuer && found.clientId === clientId && found.state !== 'retired').map(({ id }) => id)
  return { ...database, one, other, make, goLive, prepare, leadingTo }
}

type World = Awaited<ReturnType<typeof open>>
type Replica = World['one']

// Each makes its connection ready, and returns what leads it to the app.
const ways: Readonly<Record<string, (world: World, id: ConnectionId, app: string) => Promise<(replica: Replica) => Promise<unknown>>>> = {
  made: async (_, id, app) => async ({ connections }) => { await connections.save({ ...acmeOkta, id, clientId: app }, now) },
  edited: async ({ make }, id, app) => {
    await make(id, `was-of-${id}`)
    return async ({ connections }) => await connections.change(acme.id, id, { clientId: app }, now)
  },
  'edited while live': async ({ goLive }, id, app) => {
    await goLive(id, `was-of-${id}`)
    return async ({ connections }) => await connections.change(acme.id, id, { clientId: app }, now)
  },
  'turned to another organisation': async ({ make }, id, app) => {
    await make(id, app, { ...acmeOkta, issuer: globexOkta.issuer })
    return async ({ connections }) => await connections.change(acme.id, id, { issuer }, now)
  },
  promoted: async ({ prepare }, id, app) => {
    await prepare(id, `was-of-${id}`, app)
    return async ({ shadows }) => await shadows.promote(acme.id, id, now)
  }
}

const pairs = [['made', 'made'], ['made', 'edited'], ['edited', 'edited while live'], ['turned to another organisation', 'made'], ['promoted', 'made'], ['promoted', 'edited'], ['promoted', 'promoted']] as const

for (const [first, second] of pairs) {
  void t.test(`of two connections that are led to one app at the same moment one gets there, and the other is refused: ${first}, ${second}`, async t => {
    const world = await open(t)
    for (let round = 0; round < ROUNDS; round++) {
      const app = `0oa-round-${round}`
      const ids = [`con-a${round}`, `con-b${round}`] as [ConnectionId, ConnectionId]
      const deeds = [await ways[first]?.(world, ids[0], app), await ways[second]?.(world, ids[1], app)] as const
      const done = await Promise.allSettled([deeds[0]?.(world.one), deeds[1]?.(world.other)])
      const refused = done.flatMap(one => one.status === 'rejected' ? [one.reason as unknown] : [])
      const [winner, ...twins] = await world.leadingTo(app)
      t.strictSame(twins, [], app)
      t.equal(refused.length, 1, app)
      t.ok(refused[0] instanceof TenantRefusal)
      t.match(refused[0], { code: 'already-exists', detail: new RegExp(`connected already, as ${winner}\\.`) })
    }
  })
}

void t.test('settings that wait may not lead to an app that is connected; where it is connected meanwhile they wait on', async t => {
  const { one, prepare, make, leadingTo } = await open(t)
  const id = 'con-waiting' as ConnectionId
  await prepare(id, '0oa-of-old', '0oa-of-new')
  await t.rejects(one.shadows.save(acme.id, id, { clientId: acmeOkta.clientId }, now), { code: 'already-exists', detail: /as con-acme\./ })
  await make('con-quicker', '0oa-of-new')
  await t.rejects(one.shadows.promote(acme.id, id, now), { code: 'already-exists', detail: /as con-quicker\./ })
  t.match(await one.connections.find(acme.id, id), { clientId: '0oa-of-old', version: 1, shadow: { clientId: '0oa-of-new', testedAt: now } })
  await t.rejects(one.shadows.save(acme.id, id, { clientId: '0oa-of-new' }, now), { code: 'already-exists' }, 'saved again they are told so before a test')
  await one.connections.move(acme.id, 'con-quicker' as ConnectionId, { move: 'retire' }, now)
  t.match(await one.shadows.promote(acme.id, id, now), { connection: { clientId: '0oa-of-new' } }, 'a retired one does not count')
  t.strictSame(await leadingTo('0oa-of-new'), [id])
})

void t.test('other tenants, other organisations, and connections that have no client id yet are nobody\'s twins', async t => {
  const { one, other, make, leadingTo } = await open(t)
  const done = await Promise.allSettled([
    one.connections.save({ ...acmeOkta, id: 'con-here' as ConnectionId, clientId: '0oa-both' }, now),
    other.connections.save({ ...acmeOkta, tenantId: globex.id, id: 'con-there' as ConnectionId, clientId: '0oa-both' }, now),
    one.connections.save({ ...acmePreview, id: 'con-preview' as ConnectionId, clientId: '0oa-both' }, now)
  ])
  t.strictSame(done.map(({ status }) => status), ['fulfilled', 'fulfilled', 'fulfilled'])
  t.strictSame(await leadingTo('0oa-both', globex.id), ['con-there'])
  for (const id of ['con-empty', 'con-empty-too']) await make(id, '')
  t.same((await leadingTo('')).length, 2)
})

void t.test('twins that are there from before are edited in all but that, part, and are told apart from then on', async t => {
  const { one, prepare, make, raw, leadingTo } = await open(t)
  await make('con-twin', '0oa-twin')
  await prepare('con-live-twin', '0oa-of-live-twin', '0oa-of-live-twin')
  await raw("update connections set client_id = $1, shadow = shadow || jsonb_build_object('clientId', $1::text) where id in ('con-live-twin')", [acmeOkta.clientId])
  const [twin, live] = ['con-twin' as ConnectionId, 'con-live-twin' as ConnectionId]
  await raw('update connections set client_id = $1 where id = $2', [acmeOkta.clientId, twin])
  t.equal((await leadingTo(acmeOkta.clientId)).length, 3)
  t.match(await one.connections.change(acme.id, twin, { clientId: acmeOkta.clientId, scopes: ['groups'] }, now), { scopes: ['groups'] })
  t.match(await one.shadows.promote(acme.id, live, after(1)), { connection: { clientId: acmeOkta.clientId, shadow: null } })
  t.match(await one.connections.change(acme.id, twin, { clientId: '0oa-parted' }, now), { clientId: '0oa-parted' })
  await t.rejects(one.connections.change(acme.id, twin, { clientId: acmeOkta.clientId }, now), { code: 'already-exists' })
})

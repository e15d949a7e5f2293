// Do two who change the same connection wait for each other? Never in a circle: the tenant's apps are locked before the row of a connection.
import pg from 'pg'
import t from 'tap'
import { createClock } from '../world/clock.ts'
import { createTenancy, made } from '../world/tenancy.ts'
import { openOrg, openWorld } from './world.ts'

const clock = createClock(new Date())
const org = await openOrg(t, clock, 'acme', [])
const world = await openWorld(t, [org.url], {}, clock)
const { connection: live, id: tenant } = await createTenancy(world.gateway, { slug: 'acme', name: 'Acme Corp', domains: ['acme.test'], org })
const { id: draft } = await made(world.gateway, '/tenants/acme/connections', { oktaDomain: 'draft.okta.com', clientId: 'draft', clientSecret: 'draft' })

for (const [what, id] of [['in draft', String(draft)], ['that is live', live]] as const) {
  void t.test(`a connection ${what}, older than the keys, changes to them while somebody else has the tenant's apps locked`, async t => {
    await world.sql('delete from client_keys where connection_id = $1', [id])
    const other = new pg.Client({ connectionString: world.databaseUrl })
    await other.connect()
    t.teardown(async () => { await other.end() })
    await other.query('begin')
    await other.query('select id from tenants where id = $1 for no key update', [tenant])
    const changing = world.gateway.api('PATCH', `/tenants/acme/connections/${id}`, { clientId: `${id}-2`, clientAuthentication: 'private_key_jwt' })
    while ((await world.sql("select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")).length === 0);
    t.equal((await other.query('select id from connections where id = $1 for update nowait', [id])).rowCount, 1, 'whoever waits holds nothing of the connection')
    await other.query('commit')
    t.equal((await changing).status, 200)
    t.equal((await world.sql('select 1 from client_keys where connection_id = $1', [id])).length, 1)
  })
}

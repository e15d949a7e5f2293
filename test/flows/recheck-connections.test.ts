// Is what is live looked at again every day, without one that fails keeping the others from it?
import t from 'tap'
import { recheckConnections } from '../../src/flows/recheck-connections.ts'
import type { PreflightConnection } from '../../src/flows/preflight-connection.ts'
import { Outage } from '../../src/outage.ts'
import type { ConnectionId } from '../../src/tenant/id.ts'
import { acme, after, now } from '../contracts/cast.ts'

const due = ['con-one', 'con-two', 'con-three'].map(id => ({ tenantId: acme.id, id: id as ConnectionId }))

function open (preflightConnection: PreflightConnection = async () => null) {
  const claims: Array<readonly [Date, Date, number]> = []
  const checked: string[] = []
  const run = recheckConnections({
    health: { claimDue: async (...asked) => { claims.push(asked); return due } },
    preflightConnection: async (tenantId, id) => { checked.push(id); return await preflightConnection(tenantId, id) },
    now: () => now
  })
  return { run, claims, checked }
}

void t.test('those not looked at for a day are, a few at a time', async t => {
  const { run, claims, checked } = open()
  t.equal(await run(), 3)
  t.strictSame(claims, [[after(-86_400), now, 10]])
  t.strictSame(checked, ['con-one', 'con-two', 'con-three'])
})

void t.test('a database that is gone for one of them is no reason to leave the others out', async t => {
  const { run, checked } = open(async (_tenantId, id) => {
    if (id === 'con-one') throw new Outage('database-unavailable')
    return null
  })
  t.equal(await run(), 3)
  t.equal(checked.length, 3)
})

void t.test('a fault of our own is heard, and the next round begins all the same', async t => {
  const { run, checked } = open(async () => { throw new TypeError('ours') })
  await t.rejects(run(), TypeError)
  await t.rejects(run(), TypeError)
  t.strictSame(checked, ['con-one', 'con-one'])
})

void t.test('a round that is still going on is not joined by a second', async t => {
  const gate = Promise.withResolvers<void>()
  const { run, claims } = open(async () => { await gate.promise; return null })
  const first = run()
  t.equal(await run(), 0)
  gate.resolve()
  t.equal(await first, 3)
  t.equal(claims.length, 1)
})

// Whatever fails at whatever moment of a login: is nobody signed in by halves, and nothing written by halves?
import t from 'tap'
import type { Test } from 'tap'
import { Outage } from '../../src/outage.ts'
import { acme, acmeOkta, ada, identityAt, now } from '../contracts/cast.ts'
import { type Failure, failingNth } from '../world/failing-nth.ts'
import type { Spoiled } from './fake-okta.ts'
import { type LoginWorld, openLoginWorld } from './login-world.ts'

const zoe = { email: 'zoe@acme.test', name: 'Zoe Zimmer', sub: '00u1zoe' }

function checkThrown (t: Test, error: unknown, { error: ours, failed }: Failure): void {
  t.equal(error, ours, `${failed()}: what is thrown is what went wrong, and not what came of it`)
}

void t.test('a start of which any call fails sends nobody anywhere, and is told as failed or as an outage', async t => {
  const calls = await failingNth(async failure => {
    const world = await openLoginWorld()
    const done = await world.start({}, failure.meddle(world.needs)).catch((error: unknown) => ({ thrown: error }))
    if (failure.failed() === null) {
      t.match(done, { kind: 'started' })
      return
    }
    t.notMatch(done, { kind: 'started' })
    t.notOk('location' in done)
    if ('thrown' in done) {
      checkThrown(t, done.thrown, failure)
    } else {
      t.ok(failure.foreseen)
      t.match(done, { kind: 'ended', code: 'database-unavailable' })
      t.match(await world.story('login-1'), { outcome: 'failed', code: 'database-unavailable' }, `${failure.failed()} ${failure.moment}`)
    }
    if (failure.moment === 'before') t.equal(world.stores.tables.pending.size, 0)
  })
  t.same(calls, ['idp.metadata', 'attempts.save'])
})

interface Scenario { name: string, spoiled: Spoiled, arrange?: (world: LoginWorld) => Promise<unknown>, calls: string[] }

const upToToken = ['attempts.consume', 'idp.metadata', 'idp.redeem', 'idp.keys', 'idp.keys()']
const scenarios: Scenario[] = [
  { name: 'known', spoiled: {}, arrange: async ({ stores }) => await stores.identities.link(acme.id, identityAt(acmeOkta, '00u1ada'), ada.id, now), calls: [...upToToken, 'identities.find'] },
  { name: 'linked', spoiled: {}, calls: [...upToToken, 'identities.find', 'identities.link'] },
  { name: 'created', spoiled: { claims: zoe }, calls: [...upToToken, 'identities.find', 'identities.create'] },
  { name: 'linked with a thin ID token', spoiled: { claims: { email: undefined, name: undefined } }, calls: [...upToToken, 'identities.find', 'idp.userinfo', 'identities.find', 'identities.link'] }
]

for (const { name, spoiled, arrange, calls: expected } of scenarios) {
  void t.test(`a callback (${name}) of which any call fails signs nobody in, spends the attempt and leaves nothing half written`, async t => {
    const calls = await failingNth(async failure => {
      const world = await openLoginWorld()
      await arrange?.(world)
      world.okta.spoiled = spoiled
      const browser = await world.begin()
      const done = await world.comeBack(browser, {}, failure.meddle(world.needs)).catch((error: unknown) => ({ thrown: error }))
      if (failure.failed() === null) {
        t.match(done, { kind: 'signed-in' })
        return
      }
      const where = `${failure.failed()}, ${failure.moment}, ${failure.foreseen ? 'an outage' : 'a fault'}`

      t.notMatch(done, { kind: 'signed-in' }, where)
      t.equal(world.stores.tables.sessions.size, 0)
      checkWhole(t, world, where)
      if ('thrown' in done) {
        checkThrown(t, done.thrown, failure)
        t.ok(!(done.thrown instanceof Outage) || failure.moment === 'from' || failure.failed() === 'attempts.consume', `${where}: an outage is thrown only where it could not be told`)
      } else {
        t.ok(failure.foreseen, `${where}: a fault is never told as a refusal`)
        t.match(done, { kind: 'ended', code: 'database-unavailable', reference: 'login-1' }, where)
        t.match(await world.story('login-1'), { outcome: 'failed', code: 'database-unavailable', memberId: null }, where)
      }

      const again = await world.comeBack(browser)
      // What never reached the table has spent nothing: only then may the same callback come again.
      const reached = failure.failed() !== 'attempts.consume' || failure.moment === 'after'
      t.match(again, { kind: reached ? 'spent' : 'signed-in' }, where)
      t.ok(world.okta.asked.filter(what => what === 'redeem').length <= 1, `${where}: a code is redeemed once at most`)
      t.match(await world.login(), { kind: 'signed-in' }, `${where}: the next login finds nothing in its way`)
      checkWhole(t, world, where)
    })
    t.same(calls, expected)
  })
}

/** A member that was made has the identity it was made for; one that was linked is active; and nobody is there twice. */
function checkWhole (t: Test, { stores: { tables } }: LoginWorld, where: string): void {
  const linked = new Set<string>(tables.identities.map(row => row.memberId))
  const zoes = [...tables.members.values()].filter(member => member.email === zoe.email)
  t.ok(zoes.every(member => linked.has(member.id)), `${where}: no member without the identity`)
  t.ok(zoes.length <= 1)
  t.ok([...linked].every(id => tables.members.get(id)?.status === 'active'), `${where}: no identity without an active member`)
  t.equal(tables.members.get(ada.id)?.status === 'active', linked.has(ada.id), `${where}: active and linked, or neither`)
}

// What does a login rely on when it keeps an attempt, and takes it back?
import type { Test } from 'tap'
import { hashOf } from '../../src/oidc/hash.ts'
import type { Page } from '../../src/postgres/pages.ts'
import type { AttemptStory } from '../../src/tenant/attempt.ts'
import { acme, acmeOkta, acmePreview, after, attemptOf, bob, clientSecret, globex, globexOkta, now, signInOf } from './cast.ts'
import type { OpenStores } from './stand-ins.ts'

export function attemptsContract (t: Test, open: OpenStores): void {
  void t.test('an attempt comes back as it was kept, with its tenant, its connection and the secret that redeems the code', async t => {
    const { attempts } = await open(t)
    const attempt = attemptOf('one')
    await attempts.save(attempt)
    const consumed = await attempts.consume(attempt.stateHash)
    t.same(consumed?.pending, attempt.pending)
    t.equal(consumed?.pending.startedAt instanceof Date, true)
    t.same(consumed?.tenant, acme)
    t.equal(consumed?.connection.proofs.clientSecret?.reveal(), clientSecret)
    t.match(consumed?.connection, { id: acmeOkta.id, state: 'live', version: 1, issuer: acmeOkta.issuer })
  })

  void t.test('an attempt is consumed once', async t => {
    const { attempts } = await open(t)
    const attempt = attemptOf('one')
    await attempts.save(attempt)
    t.not(await attempts.consume(attempt.stateHash), null)
    t.equal(await attempts.consume(attempt.stateHash), null)
    t.equal(await attempts.consume(hashOf('never ours')), null)
  })

  void t.test('of twenty who consume an attempt at once, one gets it', async t => {
    const { attempts } = await open(t)
    const attempt = attemptOf('one')
    await attempts.save(attempt)
    const got = await Promise.all(Array.from({ length: 20 }, async () => await attempts.consume(attempt.stateHash)))
    t.equal(got.filter(one => one !== null).length, 1)
  })

  void t.test('consuming one attempt leaves the others', async t => {
    const { attempts } = await open(t)
    const [one, other] = [attemptOf('one'), attemptOf('other', globexOkta)]
    await attempts.save(one)
    await attempts.save(other)
    await attempts.consume(one.stateHash)
    t.same((await attempts.consume(other.stateHash))?.tenant, globex)
  })

  void t.test('the connection and the tenant come as they are now, not as they were when the login began', async t => {
    const { attempts, connections, tenants } = await open(t)
    await attempts.save(attemptOf('one'))
    await connections.change(acme.id, acmeOkta.id, { clientId: '0oa2changed' }, after(1))
    await tenants.change(acme.id, { ssoEntitled: false }, after(1))
    const consumed = await attempts.consume(attemptOf('one').stateHash)
    t.match(consumed?.connection, { clientId: '0oa2changed', version: 2 })
    t.equal(consumed?.pending.connectionVersion, 1)
    t.equal(consumed?.tenant.ssoEntitled, false)
  })

  void t.test('an attempt goes with its connection', async t => {
    const { attempts, connections } = await open(t)
    const attempt = attemptOf('one')
    await attempts.save(attempt)
    await connections.move(acme.id, acmeOkta.id, { move: 'retire' }, now)
    t.equal(await connections.remove(acme.id, acmeOkta.id), true)
    t.equal(await attempts.consume(attempt.stateHash), null)
    t.match(await attempts.find('one'), { reference: 'one', connectionId: null }, 'its story stays')
  })

  void t.test("an attempt of one tenant cannot point at another's connection", async t => {
    const { attempts } = await open(t)
    const attempt = { ...attemptOf('one', globexOkta), tenantId: acme.id }
    await t.rejects(attempts.save(attempt))
    t.equal(await attempts.consume(attempt.stateHash), null)
    t.equal(await attempts.find('one'), null, 'nor is its story half written')
  })

  void t.test('a state and a reference are used once', async t => {
    const { attempts } = await open(t)
    await attempts.save(attemptOf('one'))
    await t.rejects(attempts.save(attemptOf('one')))
    const other = attemptOf('other')
    await t.rejects(attempts.save({ ...other, stateHash: attemptOf('one').stateHash }))
    t.equal(await attempts.find('other'), null)
  })

  void t.test('a story tells how the login began and how it ended', async t => {
    const { attempts } = await open(t)
    const attempt = attemptOf('one')
    await attempts.save(attempt)
    t.match(await attempts.find('one'), { outcome: 'started', code: null, finishedAt: null, loginHint: 'ada@acme.test', door: 'login', steps: attempt.steps })
    await attempts.conclude(acme.id, 'one', { outcome: 'refused', code: 'callback-error', steps: [{ at: after(9), name: 'refused', detail: { code: 'callback-error' } }], at: after(9) })
    t.match(await attempts.find('one'), {
      outcome: 'refused',
      code: 'callback-error',
      finishedAt: after(9).toISOString(),
      steps: [{ at: now.toISOString(), name: 'asked' }, { at: after(9).toISOString(), name: 'refused', detail: { code: 'callback-error' } }]
    })
  })

  void t.test("nobody ends another tenant's story", async t => {
    const { attempts } = await open(t)
    await attempts.save(attemptOf('one'))
    await attempts.conclude(globex.id, 'one', { outcome: 'refused', code: 'callback-error', steps: [], at: after(9) })
    t.match(await attempts.find('one'), { outcome: 'started' })
  })

  void t.test('a spent callback that comes again is added to the story, which is found by its state', async t => {
    const { attempts } = await open(t)
    const attempt = attemptOf('one')
    await attempts.save(attempt)
    t.same(await attempts.noteReturn(attempt.stateHash, { at: after(5), name: 'came-back-again' }),
      { reference: 'one', returnTo: 'https://app.northwind.test/start', connectionId: acmeOkta.id, door: 'login' })
    t.match(await attempts.find('one'), { outcome: 'started', steps: [{ name: 'asked' }, { name: 'came-back-again', at: after(5).toISOString() }] })
    t.equal(await attempts.noteReturn(hashOf('never ours'), { at: after(5), name: 'came-back-again' }), null)
  })

  void t.test('no story is made endless by sending a spent callback again and again', async t => {
    const { attempts } = await open(t)
    const attempt = attemptOf('one')
    await attempts.save(attempt)
    for (let times = 0; times < 80; times++) await attempts.noteReturn(attempt.stateHash, { at: after(5), name: 'came-back-again' })
    t.equal((await attempts.find('one'))?.steps.length, 60)
  })

  void t.test('a login that ended before it was sent anywhere leaves its story, and nothing to consume', async t => {
    const { attempts } = await open(t)
    await attempts.saveFailedStart({ tenantId: acme.id, connectionId: acmeOkta.id, reference: 'one', door: 'initiate', loginHint: null, outcome: 'failed', code: 'provider-timeout', steps: [{ at: now, name: 'asked' }], at: after(3) })
    t.match(await attempts.find('one'), { outcome: 'failed', code: 'provider-timeout', startedAt: now.toISOString(), finishedAt: after(3).toISOString(), returnTo: null })
  })

  void t.test('a start that was kept after all, though nobody heard of it, ends as the failure that was told', async t => {
    const { attempts } = await open(t)
    await attempts.save(attemptOf('one'))
    const failure = { tenantId: acme.id, connectionId: acmeOkta.id, reference: 'one', door: 'login', loginHint: null, outcome: 'failed', code: 'database-unavailable', steps: [], at: after(3) } as const
    await attempts.saveFailedStart(failure)
    t.match(await attempts.find('one'), { outcome: 'failed', code: 'database-unavailable' })
    await attempts.saveFailedStart({ ...failure, code: 'provider-timeout' })
    t.match(await attempts.find('one'), { code: 'database-unavailable' }, 'a story that is over stays as it is')
    await attempts.save(attemptOf('other', globexOkta))
    await attempts.saveFailedStart({ ...failure, reference: 'other' })
    t.match(await attempts.find('other'), { outcome: 'started', tenantId: globex.id }, "and nobody overwrites another tenant's")
  })

  void t.test('the story keeps who signed in, until that member is removed', async t => {
    const { attempts, sessions, members } = await open(t)
    await attempts.save(attemptOf('one'))
    const { idHash, session, signIn } = signInOf('one')
    await sessions.save(idHash, session, signIn)
    t.match(await attempts.find('one'), { outcome: 'signed-in', memberId: bob.id })
    await members.remove(acme.id, bob.id)
    t.match(await attempts.find('one'), { outcome: 'signed-in', memberId: null })
  })

  void t.test('stories come newest first, page by page, also where many began at the same moment', async t => {
    const { attempts } = await open(t)
    for (const name of ['b', 'd', 'a', 'c']) await attempts.save(attemptOf(name))
    await attempts.save(attemptOf('late', acmePreview, after(60)))
    await attempts.save(attemptOf('foreign', globexOkta))
    const seen: string[] = []
    let page: Page<AttemptStory> = await attempts.list(acme.id, { limit: 2, cursor: null })
    for (;;) {
      seen.push(...page.items.map(story => story.reference))
      if (page.next === null) break
      t.ok(page.items.length === 2)
      page = await attempts.list(acme.id, { limit: 2, cursor: page.next })
    }
    t.same(seen, ['late', 'd', 'c', 'b', 'a'])
  })

  void t.test('stories go with their tenant', async t => {
    const { attempts, tenants } = await open(t)
    await attempts.save(attemptOf('one'))
    await attempts.save(attemptOf('other', globexOkta))
    await tenants.remove(acme.id)
    t.equal(await attempts.find('one'), null)
    t.not(await attempts.find('other'), null)
  })
}

import t from 'tap'
import fc from 'fast-check'
import type { SigningKey } from '../../src/token/key-ring.ts'
import { publishedKeys, signingKey, spentKeys, verificationKeys } from '../../src/token/key-ring.ts'
import { dueRotation, emergencyRotation, requestedRotation } from '../../src/token/rotation.ts'
import { after, buildKey, carryOut, policy, start } from './ring.ts'

const day = 86_400

function kids (keys: readonly SigningKey[]): string[] {
  return keys.map(key => key.kid)
}

void t.test('the first key is published and signs at once', async t => {
  const rotation = dueRotation([], start, policy)
  t.strictSame(rotation, { action: 'create', publishedAt: start, signsFromAt: start, close: null, retire: [] })
  const keys = carryOut([], rotation, 'key-a')
  t.equal(signingKey(keys, start)?.kid, 'key-a')
  t.strictSame(kids(publishedKeys(keys, start, policy)), ['key-a'])
  t.strictSame(dueRotation(keys, start, policy), { action: 'none' })
})

void t.test('there is no signing key in an empty ring', async t => {
  t.equal(signingKey([], start), null)
  t.strictSame(publishedKeys([], start, policy), [])
})

void t.test('the next key is published publishSeconds before it signs, and not a second sooner', async t => {
  const keys = [buildKey('key-a', start)]
  const announcedAt = after(start, 30 * day - 3600)
  t.strictSame(dueRotation(keys, after(announcedAt, -1), policy), { action: 'none' })
  const rotation = dueRotation(keys, announcedAt, policy)
  const signsFromAt = after(start, 30 * day)
  t.strictSame(rotation, { action: 'create', publishedAt: announcedAt, signsFromAt, close: { kid: 'key-a', at: signsFromAt }, retire: [] })

  const next = carryOut(keys, rotation, 'key-b')
  t.strictSame(kids(publishedKeys(next, announcedAt, policy)), ['key-b', 'key-a'])
  t.equal(signingKey(next, after(signsFromAt, -1))?.kid, 'key-a')
  t.equal(signingKey(next, signsFromAt)?.kid, 'key-b')
  t.strictSame(dueRotation(next, announcedAt, policy), { action: 'none' }, 'nothing more is due while a successor waits')
})

void t.test('a late rotation still waits until caches have seen the next key, and the old one signs on meanwhile', async t => {
  const keys = [buildKey('key-a', start)]
  const late = after(start, 90 * day)
  const rotation = dueRotation(keys, late, policy)
  const next = carryOut(keys, rotation, 'key-b')
  t.match(rotation, { signsFromAt: after(late, 3600).toISOString() })
  t.equal(signingKey(next, after(late, 3599))?.kid, 'key-a')
  t.equal(signingKey(next, after(late, 3600))?.kid, 'key-b')
})

void t.test('JWT-06 the old key stays published until the last token it signed has expired, and is spent then', async t => {
  const handOver = after(start, 100)
  const keys = [buildKey('key-a', start, { signsUntilAt: handOver }), buildKey('key-b', handOver)]
  const last = after(handOver, 3600 + 60)
  t.strictSame(kids(publishedKeys(keys, after(last, -1), policy)), ['key-b', 'key-a'])
  t.strictSame(kids(publishedKeys(keys, last, policy)), ['key-b'])
  t.strictSame(kids(spentKeys(keys, after(last, -1), policy)), [])
  t.strictSame(kids(spentKeys(keys, last, policy)), ['key-a'])
})

void t.test('a successor ends a key even where its end was never written down', async t => {
  const keys = [buildKey('key-a', start), buildKey('key-b', after(start, 100))]
  t.equal(signingKey(keys, after(start, 99))?.kid, 'key-a')
  t.equal(signingKey(keys, after(start, 100))?.kid, 'key-b')
  t.strictSame(kids(spentKeys(keys, after(start, 100 + 3660), policy)), ['key-a'])
})

void t.test('all replicas pick the same key, in whatever order they read them', async t => {
  const one = buildKey('key-a', start)
  const other = buildKey('key-b', start)
  t.equal(signingKey([one, other], start)?.kid, 'key-b')
  t.equal(signingKey([other, one], start)?.kid, 'key-b')
})

void t.test('what a key that is only announced has verified is a forgery', async t => {
  const keys = [buildKey('key-a', start), buildKey('key-b', start, { signsFromAt: after(start, 3600) })]
  t.strictSame(kids(verificationKeys(keys, start, policy)), ['key-a'])
  t.strictSame(kids(verificationKeys(keys, after(start, 3540), policy)), ['key-b', 'key-a'], 'another replica’s clock may be a minute ahead')
})

void t.test('an operator may ask for the next key: it is published now and signs publishSeconds later', async t => {
  const keys = [buildKey('key-a', start)]
  const asked = after(start, day)
  const rotation = requestedRotation(keys, asked, policy)
  t.strictSame(rotation, { action: 'create', publishedAt: asked, signsFromAt: after(asked, 3600), close: { kid: 'key-a', at: after(asked, 3600) }, retire: [] })
  t.strictSame(requestedRotation(carryOut(keys, rotation, 'key-b'), after(asked, 1), policy), { action: 'none' }, 'asking twice changes nothing')
  t.strictSame(requestedRotation([], asked, policy), dueRotation([], asked, policy))
})

void t.test('JWT-07 in an emergency a new key signs at once and all others are dropped at once', async t => {
  const keys = [
    buildKey('key-z', after(start, -day), { signsUntilAt: start }),
    buildKey('key-a', start),
    buildKey('key-b', start, { signsFromAt: after(start, 3600) })
  ]
  const alarm = after(start, 10)
  const rotation = emergencyRotation(keys, alarm)
  t.match(rotation, { action: 'create', signsFromAt: alarm.toISOString(), retire: ['key-z', 'key-a', 'key-b'] })
  const next = carryOut(keys, rotation, 'key-c')
  t.equal(signingKey(next, alarm)?.kid, 'key-c')
  t.strictSame(kids(publishedKeys(next, alarm, policy)), ['key-c'])
  t.strictSame(kids(verificationKeys(next, alarm, policy)), ['key-c'])
  t.strictSame(kids(spentKeys(next, alarm, policy)), ['key-z', 'key-a', 'key-b'])
  t.equal(signingKey(next, after(start, 3600))?.kid, 'key-c', 'the dropped successor never signs')
  t.strictSame(dueRotation(next, alarm, policy), { action: 'none' })
})

// A life of the ring: time passes, the rotation runs now and then, people ask for things. Days are squeezed into minutes.
const event = fc.record({
  waitSeconds: fc.integer({ min: 0, max: 4000 }),
  act: fc.constantFrom<'tick' | 'ask' | 'alarm' | 'nothing'>('tick', 'tick', 'tick', 'nothing', 'ask', 'alarm')
})
const life = fc.record({
  policy: fc.record({ rotationSeconds: fc.integer({ min: 60, max: 5000 }), publishSeconds: fc.integer({ min: 1, max: 1200 }), maxTokenLifetimeSeconds: fc.integer({ min: 60, max: 3600 }) }),
  events: fc.array(event, { maxLength: 40 })
})

void t.test('at every instant exactly one key signs, it is published, and the key of every live token is published', async t => {
  fc.assert(fc.property(life, ({ policy, events }) => {
    let now = start
    let keys = carryOut([], dueRotation([], now, policy), 'key-0')
    let tokens: { kid: string, expiresAt: Date }[] = []
    for (const [index, { waitSeconds, act }] of events.entries()) {
      for (const step of [0, Math.floor(waitSeconds / 2), waitSeconds - Math.floor(waitSeconds / 2)]) {
        now = after(now, step)
        const signing = keys.filter(key => key.retiredAt === null && key.signsFromAt <= now && (key.signsUntilAt === null || now < key.signsUntilAt))
        if (signing.length !== 1 || signingKey(keys, now)?.kid !== signing[0]?.kid) return false
        const published = new Set(kids(publishedKeys(keys, now, policy)))
        const believed = new Set(kids(verificationKeys(keys, now, policy)))
        tokens = tokens.filter(token => token.expiresAt > now)
        const kid = signing[0]?.kid ?? ''
        tokens.push({ kid, expiresAt: after(now, policy.maxTokenLifetimeSeconds) })
        if (!tokens.every(token => published.has(token.kid) && believed.has(token.kid))) return false
        if (spentKeys(keys, now, policy).some(key => published.has(key.kid))) return false
      }
      const rotation = act === 'tick' ? dueRotation(keys, now, policy) : act === 'ask' ? requestedRotation(keys, now, policy) : act === 'alarm' ? emergencyRotation(keys, now) : { action: 'none' as const }
      if (act === 'alarm') tokens = []
      // Nobody may be surprised by a key: unless the old one is in strange hands, the next is announced in time.
      if (act !== 'alarm' && rotation.action === 'create' && rotation.signsFromAt.getTime() - now.getTime() < policy.publishSeconds * 1000) return false
      keys = carryOut(keys, rotation, `key-${index + 1}`)
      if (keys.length > 0 && dueRotation(keys, now, policy).action === 'create' && act === 'tick') return false
    }
    return true
  }), { seed: 20261121, numRuns: 300 })
  t.pass()
})

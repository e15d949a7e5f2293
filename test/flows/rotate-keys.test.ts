// Is there always one key to sign with, made once, and is it written down who asked for another?
import { calculateJwkThumbprint, importJWK } from 'jose'
import t from 'tap'
import { rotateKeys, type RotateKeysNeeds } from '../../src/flows/rotate-keys.ts'
import type { KeyPolicy, SigningKey } from '../../src/token/key-ring.ts'
import { generateKey, type NewKey } from '../../src/postgres/signing-keys.ts'
import { after, now } from '../contracts/cast.ts'
import { createClock } from '../world/clock.ts'
import { createRandom } from '../world/randomness.ts'
import { buildKey, carryOut } from '../token/ring.ts'
import { GATEHOUSE } from '../../src/tenant/event.ts'

const operator = { actor: 'operator', address: '192.0.2.7' }

const policy: KeyPolicy = { rotationSeconds: 86_400, publishSeconds: 3600, maxTokenLifetimeSeconds: 3600 }

function open (start: readonly SigningKey[] = []) {
  const clock = createClock(now)
  const events: Array<{ type: string, actor: string, subject: string | null, details: Record<string, unknown>, at: Date }> = []
  const made: NewKey[] = []
  let keys = start
  const needs: RotateKeysNeeds<NewKey> = {
    generateKey,
    together: async work => await work({
      signingKeys: {
        async rotate (decide, generate) {
          const rotation = decide(keys)
          if (rotation.action === 'none') return rotation
          const key = await generate()
          made.push(key)
          keys = carryOut(keys, rotation, key.kid)
          return rotation
        }
      },
      events: { save: async ({ details = {}, ...event }, at) => { events.push({ ...event, details, at }) } }
    }),
    policy,
    now: clock.now,
    random: createRandom('keys')
  }
  return { clock, events, made, rotate: rotateKeys(needs), keys: () => keys }
}

void t.test('the first key is made at once, and the next time nothing is due', async t => {
  const { rotate, made, events } = open()
  t.match(await rotate('when-due', GATEHOUSE), { action: 'create', signsFromAt: now.toISOString() })
  t.match(await rotate('when-due', GATEHOUSE), { action: 'none' })
  t.equal(made.length, 1)
  t.equal(events.length, 1)
  t.match(events, [{ type: 'signing-key.created', actor: 'gatehouse', subject: made[0]?.kid, details: { wish: 'when-due', dropped: { length: 0 } }, at: now.toISOString() }])
})

void t.test('a key is a P-256 pair with an id of ours, and no two are the same', async t => {
  const { rotate, made } = open()
  await rotate('emergency', operator)
  await rotate('emergency', operator)
  for (const { kid, publicJwk, privateJwk } of made) {
    t.match(kid, /^key-[2-9a-km-z]{20}$/)
    t.match(publicJwk, { kty: 'EC', crv: 'P-256' })
    t.notOk('d' in publicJwk)
    t.ok(await importJWK(privateJwk, 'ES256'))
    t.equal(await calculateJwkThumbprint(publicJwk), await calculateJwkThumbprint(privateJwk))
  }
  t.not(made[0]?.kid, made[1]?.kid)
  t.not(made[0]?.publicJwk.x, made[1]?.publicJwk.x)
})

void t.test('when one is due by age, the next is published before it signs', async t => {
  const { rotate, clock } = open([buildKey('key-old', now)])
  clock.advance(86_400 - 3601)
  t.match(await rotate('when-due', GATEHOUSE), { action: 'none' })
  clock.advance(1)
  t.match(await rotate('when-due', GATEHOUSE), { action: 'create', signsFromAt: after(86_400).toISOString(), close: { kid: 'key-old' } })
})

void t.test('an operator may ask for the next one, and in an emergency it signs at once and the others are dropped', async t => {
  const { rotate, events, keys } = open([buildKey('key-old', now)])
  t.match(await rotate('requested', operator), { action: 'create', signsFromAt: after(3600).toISOString() })
  t.match(await rotate('requested', operator), { action: 'none' })
  t.match(await rotate('emergency', operator), { action: 'create', signsFromAt: now.toISOString() })
  t.equal(keys().filter(key => key.retiredAt === null).length, 1)
  t.match(events.map(event => event.details['wish']), ['requested', 'emergency'])
  t.equal(Object(events[1]?.details)['dropped'].length, 2)
})

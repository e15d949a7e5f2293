// Can an operator see the signing keys, and change them early?
import t from 'tap'
import { openOperator } from './operator.ts'

void t.test('A requested rotation publishes the next key; asked again, nothing more happens', async t => {
  const { ask, clock, events } = await openOperator(t)
  t.strictSame((await ask('GET', '/signing-keys')).body, { items: [], next: null })
  const first = await ask('POST', '/signing-keys/rotate')
  t.equal(first.status, 200)
  t.match(first.body, { items: [{ state: 'signing', kid: /^key-/, signsUntilAt: null, retiredAt: null }], next: null })
  clock.advance(10)
  const second = await ask('POST', '/signing-keys/rotate', {})
  t.match(second.body, { items: [{ state: 'signing' }, { state: 'next', signsFromAt: '2026-11-21T10:00:10.000Z' }] })
  t.strictSame((await ask('POST', '/signing-keys/rotate', { emergency: false })).body, second.body)
  t.strictSame((await ask('GET', '/signing-keys')).body, second.body)
  clock.advance(3_600)
  t.match((await ask('GET', '/signing-keys')).body, { items: [{ state: 'published' }, { state: 'signing' }] })
  clock.advance(3_700)
  t.match((await ask('GET', '/signing-keys')).body, { items: [{ state: 'retired' }, { state: 'signing' }] })
  t.match((await events())[0], { type: 'signing-key.created', actor: 'operator' })
})

void t.test('In an emergency a new key signs at once and every other is retired', async t => {
  const { ask, clock } = await openOperator(t)
  await ask('POST', '/signing-keys/rotate')
  clock.advance(10)
  const answer = await ask('POST', '/signing-keys/rotate', { emergency: true })
  t.match(answer.body, { items: [{ state: 'retired', retiredAt: clock.now().toISOString() }, { state: 'signing', signsFromAt: clock.now().toISOString() }] })
  t.equal((await ask('POST', '/signing-keys/rotate', { emergency: 'yes' })).at('code'), 'validation-failed')
})

void t.test('No half of a key is in any answer', async t => {
  const { ask, said, log } = await openOperator(t)
  await ask('POST', '/signing-keys/rotate')
  await ask('GET', '/signing-keys')
  for (const text of [...said, ...log]) t.notMatch(text, /"d"|private|sealed|"x"/)
})

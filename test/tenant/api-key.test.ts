// What may a key do, and what does one look like?
import t from 'tap'
import { API_KEY_BYTES, buildApiKey, checkGivable, isGranted, readApiKeyId, type Scope } from '../../src/tenant/api-key.ts'
import { createRandom } from '../world/randomness.ts'

void t.test('each scope reaches as far as those before it, and no further', async t => {
  const cases: ReadonlyArray<readonly [readonly Scope[], Scope, boolean]> = [
    [[], 'read', false],
    [['read'], 'read', true], [['read'], 'support', false], [['read'], 'admin', false],
    [['support'], 'read', true], [['support'], 'support', true], [['support'], 'admin', false],
    [['admin'], 'read', true], [['read', 'admin'], 'admin', true]
  ]
  for (const [held, needed, granted] of cases) t.equal(isGranted(held, needed), granted, `${held.join()} for ${needed}`)
})

void t.test('nobody gives a key more than they hold', async t => {
  t.doesNotThrow(() => { checkGivable(['admin'], ['admin', 'read']) })
  t.doesNotThrow(() => { checkGivable(['support'], ['read', 'support']) })
  t.throws(() => { checkGivable(['support'], ['read', 'admin']) }, { code: 'scope-missing', detail: 'This needs the scope admin.' })
})

void t.test('a key carries its id, and what is not one carries none', async t => {
  const { id, key } = buildApiKey(createRandom('keys')(API_KEY_BYTES))
  t.equal(readApiKeyId(key), id)
  for (const text of ['', id, key.slice(0, -1), `${key}2`, `${key}\n`, key.toUpperCase(), key.replace('apk', 'apj'), 'gatehouse_apk__']) t.equal(readApiKeyId(text), null)
  t.throws(() => buildApiKey(new Uint8Array(API_KEY_BYTES - 1)), RangeError)
})

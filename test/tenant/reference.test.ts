import t from 'tap'
import fc from 'fast-check'
import { buildReference, isReference, REFERENCE_BYTES } from '../../src/tenant/reference.ts'

void t.test('a reference is two words to say and five letters, and is known again by its form', async t => {
  fc.assert(fc.property(fc.uint8Array({ minLength: REFERENCE_BYTES, maxLength: 20 }), random => {
    const reference = buildReference(random)
    return /^[a-z]+-[a-z]+-[2-9a-km-np-z]{5}$/.test(reference) && isReference(reference) && encodeURIComponent(reference) === reference
  }), { seed: 7 })
  t.equal(buildReference(new Uint8Array(REFERENCE_BYTES)), 'amber-alpaca-22222')
})

void t.test('every byte counts, and each of the 64 words of either kind is another', async t => {
  for (let place = 0; place < REFERENCE_BYTES; place++) {
    const values = place < 2 ? 64 : 32
    const references = new Set(Array.from({ length: values }, (_, value) => buildReference(new Uint8Array(REFERENCE_BYTES).fill(value, place, place + 1))))
    t.equal(references.size, values, `byte ${place}`)
    t.notOk([...references].some(reference => reference.includes('undefined')))
  }
})

void t.test('a reference of too few random bytes is never made', async t => {
  t.throws(() => buildReference(new Uint8Array(REFERENCE_BYTES - 1)), RangeError)
})

void t.test('what only resembles a reference is none', async t => {
  for (const text of ['', 'brave-otter', 'brave-otter-k7q2', 'brave-otter-k7q2mm', 'brave-otter-k7q2l', 'brave-otter-k7q2o', 'brave-otter-k7q20', 'brave-otter-K7Q2M', 'Brave-otter-k7q2m', 'brave_otter_k7q2m', 'brave-otter-k7q2m\n', ' brave-otter-k7q2m', '-otter-k7q2m', `${'a'.repeat(13)}-otter-k7q2m`, "brave-otter-k7q2m'--", '__proto__']) {
    t.notOk(isReference(text), JSON.stringify(text))
  }
  t.ok(isReference('brave-otter-k7q2m'))
})

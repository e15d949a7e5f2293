import t from 'tap'
import fc from 'fast-check'
import { buildId, buildWord, ID_BYTES, isId, looksLikeId } from '../../src/tenant/id.ts'

const kinds = ['tnt', 'con', 'app', 'mem', 'ses', 'sin', 'key', 'evt'] as const

void t.test('an id says its kind, fits into any URL, and holds no underscore', async t => {
  fc.assert(fc.property(fc.constantFrom(...kinds), fc.uint8Array({ minLength: ID_BYTES, maxLength: 40 }), (kind, random) => {
    const id = buildId(kind, random)
    return /^[a-z]{3}-[a-z0-9]{20}$/.test(id) && encodeURIComponent(id) === id && isId(kind, id) && looksLikeId(id) && kinds.every(other => other === kind || !isId(other, id))
  }), { seed: 7 })
  t.pass()
})

void t.test('every one of the hundred bits counts', async t => {
  const ids = new Set<string>()
  for (let place = 0; place < ID_BYTES; place++) {
    for (let value = 0; value < 32; value++) {
      const random = new Uint8Array(ID_BYTES)
      random[place] = value
      ids.add(buildId('tnt', random))
    }
  }
  t.equal(ids.size, ID_BYTES * 31 + 1)
})

void t.test('letters that are mistaken for one another do not occur', async t => {
  const letters = buildWord(Uint8Array.from({ length: 256 }, (_, byte) => byte))
  t.equal(new Set(letters).size, 32)
  t.notMatch(letters, /[lo01A-Z_-]/)
})

void t.test('an id of too few random bytes is never made', async t => {
  t.throws(() => buildId('ses', new Uint8Array(ID_BYTES - 1)), RangeError)
  t.throws(() => buildId('ses', new Uint8Array(0)), RangeError)
})

void t.test('what only resembles an id is none', async t => {
  const id = buildId('tnt', new Uint8Array(ID_BYTES))
  for (const text of ['', 'tnt', 'tnt-', id.slice(0, -1), `${id}2`, `${id}\n`, ` ${id}`, id.toUpperCase(), id.replace('-', '_'), `tnt-${'l'.repeat(20)}`, `tnt-${'2'.repeat(19)}0`, `con-${id}`, '__proto__', `${id}/x`, `tnt-${'２'.repeat(20)}`]) {
    t.notOk(isId('tnt', text), JSON.stringify(text))
  }
})

void t.test('anything that begins like an id looks like one', async t => {
  for (const kind of kinds) t.ok(looksLikeId(`${kind}-x`))
  for (const text of ['', 'acme', 'tnt', 'tntx-1', 'x-tnt-1', 'application-x']) t.notOk(looksLikeId(text), text)
})

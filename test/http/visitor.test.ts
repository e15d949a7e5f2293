// Who is asking, and what exactly did they say?
import type { FastifyRequest } from 'fastify'
import fc from 'fast-check'
import t from 'tap'
import { RequestRefusal } from '../../src/http/refusal.ts'
import { originOf, rawQuery, readText, showsPages } from '../../src/http/visitor.ts'
import { openServer } from './asking.ts'

void t.test('One value, as text, within its length: anything else is refused, and what is missing is null', async t => {
  const polluted = JSON.parse('{"__proto__":{"name":"planted"}}')
  const rows: ReadonlyArray<readonly [string, unknown, string | null | RegExp]> = [
    ['a value', { name: 'a' }, 'a'],
    ['missing', {}, null],
    ['empty', { name: '' }, null],
    ['no object', 'text', null],
    ['nothing', null, null],
    ['not even that', undefined, null],
    ['a number as the whole', 7, null],
    ['inherited', Object.create({ name: 'inherited' }), null],
    ['under __proto__', polluted, null],
    ['undefined', { name: undefined }, null],
    ['just long enough', { name: 'x'.repeat(8) }, 'x'.repeat(8)],
    ['too long', { name: 'x'.repeat(9) }, /at most 8 characters/],
    ['twice', { name: ['a', 'b'] }, /once, as text/],
    ['twice the same', { name: ['a', 'a'] }, /once, as text/],
    ['an empty list', { name: [] }, /once, as text/],
    ['null', { name: null }, /once, as text/],
    ['a number', { name: 1 }, /once, as text/],
    ['an object', { name: { toString: 'x' } }, /once, as text/]
  ]
  for (const [what, from, expected] of rows) {
    if (expected instanceof RegExp) t.throws(() => readText(from, 'name', 8), { code: 'validation-failed', detail: expected }, what)
    else t.equal(readText(from, 'name', 8), expected, what)
  }
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) t.equal(readText({}, name, 8), null, name)
})

void t.test('Whatever comes, reading it ends with a text, null or a refusal', async t => {
  fc.assert(fc.property(fc.anything({ withNullPrototype: true }), fc.string(), (from, name) => {
    try {
      const value = readText(from, name, 20)
      return value === null || (typeof value === 'string' && value.length > 0 && value.length <= 20)
    } catch (error) {
      return error instanceof RequestRefusal && error.code === 'validation-failed' && !error.message.includes('[object')
    }
  }), { numRuns: 5_000, seed: 42 })
  t.pass()
})

void t.test('Pages are for navigations; a script\'s request gets a problem even where it would take HTML', async t => {
  const server = await openServer(t, request => ({ pages: showsPages(request) }))
  const rows: ReadonlyArray<readonly [Record<string, string>, boolean]> = [
    [{ 'sec-fetch-mode': 'navigate', accept: 'text/html' }, true],
    [{ 'sec-fetch-mode': 'navigate', accept: '*/*' }, true],
    [{ 'sec-fetch-mode': 'cors', accept: 'text/html' }, false],
    [{ 'sec-fetch-mode': 'no-cors', accept: 'text/html' }, false],
    [{ 'sec-fetch-mode': '', accept: 'text/html' }, false],
    [{ accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }, true],
    [{ accept: 'application/json' }, false],
    [{ accept: '*/*' }, false],
    [{}, false]
  ]
  for (const [headers, pages] of rows) t.equal((await server.inject({ url: '/', headers })).json().pages, pages, JSON.stringify(headers))
})

void t.test('The query is what came after the first question mark, and the origin is the address bar\'s', async t => {
  const seen = (request: FastifyRequest) => ({ query: rawQuery(request), origin: originOf(request) })
  const server = await openServer(t, seen)
  const ask = async (url: string, headers: Record<string, string> = {}) => (await server.inject({ url, headers: { host: 'Login.Northwind.Test:8443', ...headers } })).json()
  t.strictSame(await ask('/'), { query: '', origin: 'http://login.northwind.test:8443' })
  t.equal((await ask('/?')).query, '')
  t.equal((await ask('/?a=1&a=2&b=%00?c')).query, 'a=1&a=2&b=%00?c')
  t.equal((await ask('/', { 'x-forwarded-host': 'evil.test', 'x-forwarded-proto': 'https' })).origin, 'http://login.northwind.test:8443')
})

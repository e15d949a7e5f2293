// Does the fast reader of the Cookie header read what everybody else in the house reads?
import fastifyCookie from '@fastify/cookie'
import fc from 'fast-check'
import Fastify from 'fastify'
import t from 'tap'
import { findCookie } from '../../src/http/cookie-header.ts'

const name = '__Host-gatehouse'

void t.test('One cookie is found among others, decoded; two that differ are none', async t => {
  const headers: ReadonlyArray<readonly [string | undefined, string | undefined]> = [
    [undefined, undefined],
    ['', undefined],
    [`${name}=a`, 'a'],
    [`${name}=`, ''],
    [`x=1; ${name}=a; y=2`, 'a'],
    [`${name}=first; ${name}=second`, undefined],
    [`${name}=; ${name}=second`, undefined],
    [`${name}=a; x=1; ${name}=b; ${name}=a`, undefined],
    [`${name}=same; x=1;${name} = same`, 'same'],
    [`${name}-attempt-x=1;${name}=a`, 'a'],
    [`x${name}=1`, undefined],
    [`${name}x=1`, undefined],
    [name, undefined],
    [`${name};${name}=a`, 'a'],
    [`\t${name}\t=\ta\t`, 'a'],
    [`${name}=a=b==`, 'a=b=='],
    [`${name}=a%20b`, 'a b'],
    [`${name}=%E0%A4%A`, '%E0%A4%A'],
    [`x="; ${name}=a"`, 'a"'],
    [`${name.toLowerCase()}=a`, undefined],
    [`;;; ;${name}=a`, 'a']
  ]
  for (const [header, value] of headers) t.equal(findCookie(header, name), value, header ?? 'no header')
})

void t.test('The answer is that of @fastify/cookie for every header that has one answer', async t => {
  const piece = fc.constantFrom(name, `${name}=`, '=', ';', ' ', '\t', '%', '%41', '%zz', '"', 'a', '; ', ',', '\u00a0', '\u00e9', '__proto__=1', `${name}-attempt-`)
  const header = fc.array(fc.oneof({ weight: 4, arbitrary: piece }, { weight: 1, arbitrary: fc.string({ maxLength: 4 }) }), { maxLength: 16 }).map(parts => parts.join(''))
  const app = Fastify()
  await app.register(fastifyCookie)
  await app.ready()
  t.doesNotThrow(() => { fc.assert(fc.property(header, text => { const found = findCookie(text, name); return found === app.parseCookie(text)[name] || (found === undefined && text.split(name).length > 2) }), { numRuns: 20_000, seed: 41 }) })
  await app.close()
})

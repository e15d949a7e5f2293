// Whose session does a cookie name, and who can make one that names somebody's?
import { createHmac } from 'node:crypto'
import fastifyCookie from '@fastify/cookie'
import Fastify from 'fastify'
import t from 'tap'
import { cookieScheme } from '../../src/http/attempt-cookies.ts'
import { sessionCookies } from '../../src/http/session-cookie.ts'
import { hashOf } from '../../src/oidc/hash.ts'
import { Secret } from '../../src/secret.ts'

const [old, current, foreign] = ['old', 'current', 'foreign'].map(name => new Secret(`${name}-cookie-secret-0123456789-abcdef`))
if (old === undefined || current === undefined || foreign === undefined) throw new Error('three secrets')
const sessionId = 'wqYwCLEZ6p9q2QZ9vY9p5m8oJt2jW1xR'

void t.test('A cookie that we signed names the hash of its session id, never the id', async t => {
  const cookies = sessionCookies([current], cookieScheme(true))
  const signed = cookies.signer.sign(sessionId)
  t.equal(cookies.readHash(signed), hashOf(sessionId))
  t.equal(cookies.hash(sessionId), hashOf(sessionId))
  t.notOk(String(cookies.readHash(signed)).includes(sessionId))
})

void t.test('A secret that was rotated still verifies, and the new one signs', async t => {
  const before = sessionCookies([old], cookieScheme(true)).signer.sign(sessionId)
  const rotated = sessionCookies([current, old], cookieScheme(true))
  t.equal(rotated.readHash(before), hashOf(sessionId))
  t.equal(sessionCookies([current], cookieScheme(true)).readHash(rotated.signer.sign(sessionId)), hashOf(sessionId), 'signed with the first')
  t.equal(sessionCookies([current], cookieScheme(true)).readHash(before), null, 'and once the old one is gone, so are its cookies')
})

void t.test('The first cookie of a secret that is gone is told of, once; nonsense is not', async t => {
  let told = 0
  const cookies = sessionCookies([current], cookieScheme(true), () => { told++ })
  for (const nonsense of ['', sessionId, `${sessionId}.`, 'a.b', cookies.signer.sign(sessionId)]) cookies.readHash(nonsense)
  t.equal(told, 0)
  for (let again = 0; again < 3; again++) t.equal(cookies.readHash(sessionCookies([old], cookieScheme(true)).signer.sign(sessionId)), null)
  t.equal(told, 1)
})

void t.test('Whatever is not signed by us is nobody\'s session', async t => {
  const cookies = sessionCookies([current], cookieScheme(true))
  const signed = cookies.signer.sign(sessionId)
  const dot = signed.lastIndexOf('.')
  const signature = signed.slice(dot + 1)
  const forged: Readonly<Record<string, string | undefined>> = {
    'no cookie': undefined,
    empty: '',
    'an id alone': sessionId,
    'an id and a dot': `${sessionId}.`,
    'a signature alone': `.${signature}`,
    'another secret\'s': sessionCookies([foreign], cookieScheme(true)).signer.sign(sessionId),
    'another id with this signature': `${sessionId.replace('w', 'x')}.${signature}`,
    'a longer signature': `${signed}A`,
    'a shorter signature': signed.slice(0, -1),
    'a padded signature': `${signed}=`,
    'the signature in base64url': `${sessionId}.${createHmac('sha256', current.reveal()).update(`${sessionId}x`).digest('base64url')}`,
    'SHA-1': `${sessionId}.${createHmac('sha1', current.reveal()).update(sessionId).digest('base64').replace(/=+$/, '')}`,
    'an empty id, signed': cookies.signer.sign(''),
    'too long, signed': cookies.signer.sign('x'.repeat(200)),
    huge: `${'x'.repeat(1_000_000)}.${signature}`,
    'not ASCII': `\u00e9.${signature}`,
    ['__proto__']: '__proto__'
  }
  for (const [what, value] of Object.entries(forged)) t.equal(cookies.readHash(value), null, what)
  for (let at = 0; at < signed.length; at++) {
    const changed = signed.slice(0, at) + (signed[at] === 'A' ? 'B' : 'A') + signed.slice(at + 1)
    t.equal(cookies.readHash(changed), null, `character ${at} changed`)
  }
})

void t.test('A genuine cookie that was seen before helps no forgery', async t => {
  const cookies = sessionCookies([current], cookieScheme(true))
  const signed = cookies.signer.sign(sessionId)
  for (let time = 0; time < 2; time++) {
    t.equal(cookies.readHash(signed), hashOf(sessionId))
    t.equal(cookies.readHash(`${signed}A`), null)
    t.equal(cookies.readHash(sessionCookies([foreign], cookieScheme(true)).signer.sign(sessionId)), null)
  }
})

void t.test('A cookie is verified once as long as it comes as it is written, and each time in any other spelling', async t => {
  const cookies = sessionCookies([current], cookieScheme(true))
  // One whose signature has both characters that some write otherwise.
  const id = Array.from({ length: 500 }, (_, index) => `${sessionId.slice(0, -3)}${String(index).padStart(3, '0')}`).find(one => /[+].*[/]/.test(cookies.signer.sign(one).slice(33))) ?? ''
  const signed = cookies.signer.sign(id)
  const unsign = cookies.signer.unsign.bind(cookies.signer)
  let verified = 0
  cookies.signer.unsign = value => {
    verified++
    return unsign(value)
  }
  const written = await asWritten(signed)
  const escaped = encodeURIComponent(signed)
  for (const [index, spelling] of [written, escaped].entries()) {
    for (let time = 0; time < 3; time++) t.equal(cookies.readHash(spelling), hashOf(id))
    t.equal(verified, index + 1, spelling)
  }
  const spellings = [escaped.replaceAll(/%2[BF]/g, escape => escape.toLowerCase()), `%${signed.charCodeAt(0).toString(16)}${signed.slice(1)}`, escaped.replace('%2B', '+')]
  for (const spelling of spellings) for (let time = 0; time < 2; time++) t.equal(cookies.readHash(spelling), hashOf(id), spelling)
  t.equal(verified, 2 + 2 * spellings.length)
  t.equal(cookies.findHash(`a=b; gatehouse=${escaped}`), hashOf(id))
  t.equal(verified, 2 + 2 * spellings.length)
})

/** What a browser keeps and sends back of a cookie that the plugin set. */
async function asWritten (value: string): Promise<string> {
  const app = Fastify()
  await app.register(fastifyCookie)
  app.get('/', async (_request, reply) => await reply.setCookie('gatehouse', value).send())
  const { headers } = await app.inject('/')
  await app.close()
  return /^gatehouse=([^;]*)/.exec([headers['set-cookie'] ?? ''].flat()[0] ?? '')?.[1] ?? ''
}

// What does a cookie open that is broken, doubled, misnamed, planted or not ours? Tried where it is called `gatehouse` and where it is `__Host-gatehouse`.
import t from 'tap'
import { openSecureGateway } from '../journeys/secure-gateway.ts'
import { pickPerson } from '../journeys/signing-in.ts'
import { openOrg } from '../journeys/world.ts'
import { createClock } from '../world/clock.ts'
import { createTenancy, made } from '../world/tenancy.ts'
import { compose, rawRequests } from './raw-request.ts'

const clock = createClock(new Date())
const okta = await openOrg(t, clock, 'acme', ['ada@acme.test', 'bob@acme.test'])
const login = 'https://login.northwind.test'
const secure = await openSecureGateway(t, login, [okta.url], clock)
await made(secure, '/apps', { slug: 'northwind', name: 'Northwind', audience: 'northwind', hosts: ['login.northwind.test'], returnTo: [`${login}/`], homeUrl: `${login}/home` })
await createTenancy(secure, { slug: 'acme', name: 'Acme', domains: ['acme.test'], org: okta, admission: 'just-in-time' })
const raw = rawRequests(secure.url)
const name = '__Host-gatehouse'

async function signIn (email: string) {
  const browser = secure.browser()
  await browser.visit(`${login}/auth/login?tenant=acme`, next => next.pathname === '/home')
  await pickPerson(browser, email, next => next.pathname === '/home')
  return browser
}
const value = (await signIn('ada@acme.test')).jar.value(login, name) ?? ''
const bobs = (await signIn('bob@acme.test')).jar.value(login, name) ?? ''
const [id = '', signature = ''] = value.split('.')

const doors = ['GET /auth/session', 'GET /auth/check', 'POST /auth/token', 'POST /auth/logout', 'GET /auth/login'] as const
async function knock (cookies: readonly string[], paths: readonly string[] = doors.slice(0, 3)) {
  return await Promise.all(paths.map(async path => await raw(Buffer.from(compose(`${path} HTTP/1.1`, [
    ['Host', 'login.northwind.test'], ['X-Forwarded-Proto', 'https'], ['Accept', 'application/json'], ['X-CSRF', '1'], ...cookies.map(cookie => ['Cookie', cookie] as const), ...path.startsWith('POST') ? [['Content-Length', '0'] as const] : []
  ]), 'utf8'))))
}
const statuses = async (...cookies: readonly string[]) => (await knock(cookies)).map(({ status }) => status)
const out = [401, 401, 401]
const inside = [200, 200, 200]

void t.test('one cookie, as it was set, is who is signed in, whatever stands around it', async t => {
  for (const header of [`${name}=${value}`, `a=b; ${name}=${value}`, `${name}=${value};`, `;;${name}=${value}; ${name}`, `${name}=${value}; ${name}=${value}`, `${name}=${value}; ${name}-attempt-x=1`, `$Version=1; ${name}=${value}; $Path=/`]) {
    t.strictSame(await statuses(header), inside, header.replaceAll(value, 'ours'))
  }
})

// The name of each spoiled header, and the header. Nobody may be inside with it.
const spoiled: Readonly<Record<string, string>> = {
  'a forged one before ours': `${name}=x.y; ${name}=${value}`,
  'a forged one behind ours': `${name}=${value}; ${name}=x.y`,
  'an empty one before ours': `${name}=; ${name}=${value}`,
  'an empty one behind ours': `${name}=${value};${name}=`,
  'one that somebody else was given, behind ours': `${name}=${value}; ${name}=${bobs}`,
  'one that somebody else was given, before ours': `${name}=${bobs};a=b;\t${name}\t=\t${value}`,
  'another case': `__HOST-GATEHOUSE=${value}`,
  'another case in one letter': `__host-gatehouse=${value}`,
  'without its prefix': `gatehouse=${value}`,
  'the other prefix': `__Secure-gatehouse=${value}`,
  'no name': `=${name}=${value}`,
  'a name in quotes': `"${name}"=${value}`,
  'a value in quotes': `${name}="${value}"`,
  'an encoded name': `%5F_Host-gatehouse=${value}`,
  'a space that only some see, before the name': `\u00a0${name}=${value}`,
  'an em space': `\u2003${name}=${value}`,
  'a byte order mark': `\ufeff${name}=${value}`,
  'an array': `${name}[]=${value}`,
  'a dollar': `$${name}=${value}`,
  'a comma for the semicolon': `a=b,${name}=${value}`,
  'a comma and another': `${name}=${value},${name}=x`,
  truncated: `${name}=${value.slice(0, -1)}`,
  longer: `${name}=${value}A`,
  'no signature': `${name}=${id}`,
  'no id': `${name}=.${signature}`,
  'a dot alone': `${name}=.`,
  'another id': `${name}=${id.slice(0, -1)}${id.endsWith('A') ? 'B' : 'A'}.${signature}`,
  'somebody else’s signature': `${name}=${id}.${bobs.split('.')[1] ?? ''}`,
  'twice signed': `${name}=${value}.${signature}`,
  'broken percent-encoding': `${name}=%zz${value}`,
  'encoded twice': `${name}=${encodeURIComponent(encodeURIComponent(value.replace('.', '%2E')))}`,
  NUL: `${name}=${value}%00`,
  huge: `${name}=${'x'.repeat(8_000)}.${signature}`,
  'chunks as others have them': `${name}.0=${value.slice(0, 20)}; ${name}.1=${value.slice(20)}; ${name}_0=${value}; ${name}_chunks=99999999`,
  'a hundred others': Array.from({ length: 100 }, (_, index) => `${name}.${index}=${index}`).join('; '),
  ['__proto__']: `__proto__=${value}; constructor=${value}`,
  JSON: `${name}=j:{"id":"${id}"}`
}

void t.test('CVE-2026-25748, CVE-2023-28625, CVE-2024-24814: a cookie that is broken, cut, doubled or not ours is nobody’s, at every door', async t => {
  for (const [what, header] of Object.entries(spoiled)) {
    const answers = await knock([header])
    t.strictSame(answers.map(({ status }) => status), out, what)
    for (const { text } of answers) t.notMatch(text, /x-auth-request|authorization: bearer|access_token|@acme/i, what)
  }
  t.strictSame(await statuses(`${name}=x.y`, `${name}=${value}`), out, 'two headers')
  t.strictSame(await statuses(`${name}=${value}`, `${name}=${bobs}`), out, 'two headers, each genuine')
  t.strictSame(await statuses(`${name}=${value}`), inside, 'and nothing has happened to who is signed in')
})

void t.test('two cookies of that name, of which a sibling host has planted one, neither sign anybody out nor make anybody somebody else', async t => {
  for (const header of [`${name}=${bobs}; ${name}=${value}`, `${name}=${value}; ${name}=${bobs}`]) {
    const [signedOut, page] = await knock([header], ['POST /auth/logout', 'GET /auth/login'])
    t.ok([200, 204].includes(signedOut?.status ?? 0))
    t.equal(page?.status, 200, 'the sign-in page')
  }
  t.strictSame([await statuses(`${name}=${value}`), await statuses(`${name}=${bobs}`)], [inside, inside])
})

void t.test('CVE-2026-47775: whichever character of the cookie is changed, the answer is one and the same', async t => {
  const told = new Set<string>()
  for (let at = 0; at < value.length; at++) {
    const changed = value.slice(0, at) + (value[at] === 'A' ? 'B' : 'A') + value.slice(at + 1)
    const [answer] = await knock([`${name}=${changed}`], ['GET /auth/check'])
    told.add(answer?.text.replace(/"reference":"[^"]+"/, '').replace(/\r\n(?:date|content-length): [^\r]*/gi, '') ?? '')
  }
  t.equal(told.size, 1)
  t.match([...told][0], /^HTTP\/1\.1 401 /)
})

void t.test('CVE-2025-55162: the cookie goes with the attributes that it came with, or the browser would keep it', async t => {
  const browser = await signIn('bob@acme.test')
  const cookie = `${name}=${browser.jar.value(login, name) ?? ''}`
  const [answer] = await knock([cookie], ['POST /auth/logout'])
  t.match(answer?.header('set-cookie'), /^__Host-gatehouse=; /)
  const attributes = answer?.header('set-cookie')?.split('; ').slice(1).map(part => part.replace(/=(?:Thu, 01 Jan 1970.*|0)$/, '=0')) ?? []
  for (const wanted of ['Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax']) t.ok(attributes.includes(wanted), `${wanted} in ${attributes.join()}`)
  t.ok(attributes.includes('Expires=0') || attributes.includes('Max-Age=0'))
  t.notOk(attributes.some(part => part.startsWith('Domain')))
  t.ok(browser.jar.take(new URL(login), answer?.header('set-cookie') ?? ''), 'a browser takes it')
  t.equal(browser.jar.value(login, name), undefined)
})

void t.test('a header that is not Cookie brings no session', async t => {
  const head: ReadonlyArray<readonly [string, string]> = [['Host', 'login.northwind.test'], ['X-Forwarded-Proto', 'https'], ['Accept', 'application/json']]
  for (const header of ['Cookie2', 'X-Cookie', 'Set-Cookie', 'Cookie_', '_Cookie', 'X-Forwarded-Cookie', 'Authorization']) {
    t.equal((await raw(compose('GET /auth/check HTTP/1.1', [...head, [header, `${name}=${value}`]]))).status, 401, header)
  }
  for (const query of [`?${name}=${value}`, `?cookie=${name}=${value}`, `;jsessionid=${value}`]) t.ok([401, 404].includes((await raw(compose(`GET /auth/check${query} HTTP/1.1`, head))).status), query)
})

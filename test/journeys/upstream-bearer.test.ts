// Programs at an app that is served through the gateway: our own token opens its own app, while its sign-in lives, and no other token opens anything.
import { decodeJwt } from 'jose'
import t from 'tap'
import { echo } from '../world/steered-upstream.ts'
import { openSocket, shakeHands } from '../world/web-socket.ts'
import { openServedWorld } from './served-world.ts'

const { world, clock, at, crm, enter, cookieAt, askAt, host } = await openServedWorld(t)

/** A sign-in at the CRM, its cookie there, and a token that its page got. */
async function signIn (email: string) {
  const browser = world.browser()
  await enter(browser, 'crm', email)
  const cookie = cookieAt(browser, 'crm')
  return { browser, cookie, token: await tokenAt('crm', cookie) }
}

async function tokenAt (slug: string, cookie: string): Promise<string> {
  const { body } = await askAt(slug, '/auth/token', { method: 'POST', cookie, headers: { 'x-csrf': '1', 'content-type': 'application/x-www-form-urlencoded' } })
  return String(JSON.parse(body).access_token)
}

const show = async (token: string, headers: Readonly<Record<string, string>> = {}, cookie?: string) =>
  await askAt('crm', '/api/deals', { headers: { authorization: `Bearer ${token}`, ...headers }, ...(cookie === undefined ? {} : { cookie }) })

const ended = async (token: string) => { await world.heard(async () => await world.gateway.api('DELETE', `/sessions/${String(decodeJwt(token)['sid'])}`)) }

void t.test('a token of the app passes, and the app is told who came as of a browser', async t => {
  const { token } = await signIn('ada@acme.test')
  const { status, body } = await show(token)
  t.equal(status, 200)
  const { url, headers } = JSON.parse(body)
  t.equal(url, '/api/deals')
  t.match(headers, { 'x-auth-request-email': 'ada@acme.test', 'x-auth-request-tenant': 'acme', authorization: /^Bearer ey/ })
  t.equal(decodeJwt(headers.authorization.slice(7))['sid'], decodeJwt(token)['sid'])
  t.match(JSON.parse((await askAt('crm', '/api', { method: 'POST', headers: { authorization: `bearer ${token}` }, body: 'sent' })).body), { body: 'sent' })
})

void t.test('any other credential is 401 and goes nowhere, for whoever accepts pages too', async t => {
  const { browser, token } = await signIn('ada@acme.test')
  await browser.visit(`${at('docs')}/`)
  const ofDocs = await tokenAt('docs', cookieAt(browser, 'docs'))
  t.equal(decodeJwt(ofDocs).aud, 'docs')
  const before = crm.asked.length
  const [header, payload] = token.split('.')
  for (const bad of [ofDocs, 'x'.repeat(40), `${header}.${payload}.AAAA`, `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${payload}.`, `${token}, Bearer ${token}`]) {
    for (const accept of ['*/*', 'text/html']) {
      const told = await show(bad, { accept, 'sec-fetch-mode': accept === '*/*' ? 'cors' : 'navigate' })
      t.match(told, { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"', 'cache-control': 'no-store' } }, bad.slice(0, 30))
    }
  }
  for (const authorization of [`Basic ${Buffer.from('ada:secret').toString('base64')}`, `DPoP ${token}`, `Token ${token}`, 'Bearer', token]) {
    t.equal((await askAt('crm', '/', { headers: { authorization } })).status, 401, authorization.slice(0, 10))
  }
  t.equal(crm.asked.length, before)
})

void t.test('with a cookie that opens it is the cookie\'s person who comes, whatever the token says', async t => {
  const [ada, gus] = [await signIn('ada@acme.test'), await signIn('gus@globex.test')]
  for (const token of [gus.token, 'x'.repeat(40)]) {
    const { headers, rawHeaders } = JSON.parse((await show(token, {}, ada.cookie)).body)
    t.match(headers, { 'x-auth-request-email': 'ada@acme.test', 'x-auth-request-tenant': 'acme' })
    t.equal(decodeJwt(headers.authorization.slice(7))['email'], 'ada@acme.test')
    t.notMatch(JSON.stringify(rawHeaders), token.slice(-40))
  }
  for (const authorization of ['Basic eDp5', `DPoP ${gus.token}`]) {
    const { rawHeaders } = JSON.parse((await askAt('crm', '/', { cookie: ada.cookie, headers: { authorization } })).body)
    t.notMatch(JSON.stringify(rawHeaders), authorization.slice(-12), 'what the app could take for a name is not passed on')
  }
})

void t.test('with a cookie that opens nothing the token counts, and the cookie is not in the way', async t => {
  const [ada, gus] = [await signIn('ada@acme.test'), await signIn('gus@globex.test')]
  await ended(ada.token)
  for (const cookie of [ada.cookie, 'gatehouse=forged.signature']) {
    t.match(JSON.parse((await show(gus.token, {}, cookie)).body).headers, { 'x-auth-request-email': 'gus@globex.test' }, cookie.slice(0, 15))
  }
  t.equal((await show(ada.token, {}, ada.cookie)).status, 401)
})

void t.test('a token ends with its sign-in, and is refused where its member is', async t => {
  const { token } = await signIn('bob@acme.test')
  const member = `/tenants/acme/members/${String(decodeJwt(token).sub)}`
  await world.heard(async () => await world.patch(member, { status: 'suspended' }))
  t.match(await show(token), { status: 403, body: /"code":"member-suspended"/ })
  await world.heard(async () => await world.patch(member, { status: 'active' }))
  t.equal((await show(token)).status, 200)
  await ended(token)
  t.equal((await show(token)).status, 401)
})

void t.test('an expired token is refused', async t => {
  const { token } = await signIn('ada@acme.test')
  clock.advance(301)
  t.equal((await show(token)).status, 401)
})

void t.test('a stream that a program opened lives as long as its sign-in, not as long as its token', async t => {
  t.teardown(() => { crm.answer = echo })
  const { token, cookie } = await signIn('ada@acme.test')
  const socket = await openSocket(`ws://${host('crm')}/live`, { authorization: `Bearer ${token}` })
  clock.advance(301)
  t.equal((await show(token)).status, 401)
  t.equal((await askAt('crm', '/', { cookie })).status, 200)
  // Every open line is asked about again whenever something changes.
  await world.heard(async () => await world.patch('/tenants/acme', { name: 'Acme Corp' }))
  socket.send('still here')
  t.equal(await socket.next(), 'still here')
  await ended(token)
  t.match(await socket.closed, { code: 1008 })
})

void t.test('a WebSocket of a program needs no Origin, and then counts by its token alone', async t => {
  const { token, cookie } = await signIn('ada@acme.test')
  const authorization = `Bearer ${token}`
  t.equal((await shakeHands(`${at('crm')}/live`, { authorization })).status, 101)
  t.match(crm.asked.at(-1)?.headers, { 'x-auth-request-email': 'ada@acme.test' })
  const before = crm.asked.length
  t.equal((await shakeHands(`${at('crm')}/live`, { authorization, origin: 'https://evil.test' })).status, 403, 'an Origin that is there has to be right')
  t.equal((await shakeHands(`${at('crm')}/live`, { authorization: `Bearer ${'x'.repeat(40)}`, cookie })).status, 401, 'a made-up token does not stand in for the Origin of a cookie')
  t.equal((await shakeHands(`${at('crm')}/live`, { authorization: 'Basic eDp5', cookie })).status, 403)
  t.equal(crm.asked.length, before)
})

void t.test('no token is in the log', async t => {
  const { token } = await signIn('ada@acme.test')
  await show(token)
  await show(`${token.slice(0, -6)}AAAAAA`)
  t.notMatch(world.log.join('\n'), token.slice(-60, -10))
})

// Programs without a cookie: our own access token opens its own app's door, while its sign-in lives, and no other door.
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose'
import t from 'tap'
import { createClock } from '../world/clock.ts'
import { createTenancy, made } from '../world/tenancy.ts'
import { ask, signIn, type Told } from './signing-in.ts'
import { openOrg, openWorld } from './world.ts'

const clock = createClock(new Date())
const org = await openOrg(t, clock, 'acme', ['ada@acme.test'])
const world = await openWorld(t, [org.url], {}, clock)
const acme = await createTenancy(world.gateway, { slug: 'acme', name: 'Acme', domains: ['acme.test'], org, members: [{ email: 'ada@acme.test', name: 'Ada', roles: ['buyer'] }] })
await made(world.gateway, '/apps', { slug: 'docs', name: 'Docs', audience: 'docs', hosts: [], returnTo: [] })

async function tokenFor (app: string): Promise<string> {
  const browser = world.browser()
  await signIn(world, browser, 'ada@acme.test')
  return String((await ask(world, browser, '/auth/token', 'POST', { 'x-csrf': '1', 'content-type': 'application/x-www-form-urlencoded' }).then(async told =>
    told.status === 200 && app === 'northwind' ? told : await tokenNamed(browser, app))).body['access_token'])
}

async function tokenNamed (browser: ReturnType<typeof world.browser>, app: string): Promise<Told> {
  const answer = await browser.fetch(`${world.url}/auth/token`, { method: 'POST', headers: { 'x-csrf': '1', 'content-type': 'application/json' }, body: JSON.stringify({ app }) })
  return { status: answer.status, headers: answer.headers, body: JSON.parse(answer.body), code: undefined }
}

const show = async (token: string, query = '?app=northwind', scheme = 'Bearer'): Promise<Told> => await ask(world, world.browser(), `/auth/check${query}`, 'GET', { authorization: `${scheme} ${token}` })

void t.test('a token of the app passes its door, with the identity as it is now', async t => {
  const token = await tokenFor('northwind')
  const passed = await show(token)
  t.equal(passed.status, 200)
  t.equal(passed.headers['x-auth-request-user'], acme.members.get('ada@acme.test'))
  t.equal((await show(token, '?app=northwind', 'bearer')).status, 200, 'the scheme is written as one likes')
  await world.heard(async () => await world.patch(`/tenants/acme/members/${acme.members.get('ada@acme.test') ?? ''}`, { roles: ['seller'] }))
  const later = await show(token)
  t.equal(later.headers['x-auth-request-roles'], 'seller')
  t.strictSame(decodeJwt(String(later.headers['authorization']).slice(7))['roles'], ['seller'], 'the app gets a token that says so too')
})

void t.test('a token for one app opens no other', async t => {
  const token = await tokenFor('docs')
  t.equal((await show(token, '?app=docs')).status, 200)
  t.equal((await show(token)).status, 401)
})

void t.test('constraints hold for tokens as they do for cookies', async t => {
  const token = await tokenFor('northwind')
  t.equal((await show(token, '?app=northwind&roles=owner')).status, 403)
  t.equal((await show(token, '?app=northwind&tenant=globex')).status, 403)
})

void t.test('a token ends with its sign-in, at once, though it has not expired', async t => {
  const token = await tokenFor('northwind')
  t.equal((await show(token)).status, 200)
  await world.heard(async () => await world.gateway.api('DELETE', `/sessions/${String(decodeJwt(token)['sid'])}`))
  t.equal((await show(token)).status, 401)
})

void t.test('a suspended member\'s token is refused as the member is', async t => {
  const token = await tokenFor('northwind')
  const member = `/tenants/acme/members/${acme.members.get('ada@acme.test') ?? ''}`
  await world.heard(async () => await world.patch(member, { status: 'suspended' }))
  t.match(await show(token), { status: 403, code: 'member-suspended' })
  await world.heard(async () => await world.patch(member, { status: 'active' }))
  t.equal((await show(token)).status, 200)
})

void t.test('an expired token is refused', async t => {
  const token = await tokenFor('northwind')
  clock.advance(301)
  t.equal((await show(token)).status, 401)
})

void t.test('no other kind of token passes, ever, and none is a fault', async t => {
  const good = await tokenFor('northwind')
  const claims = decodeJwt(good)
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const [header = '', payload = '', signature = ''] = good.split('.')
  const sign = async (typ: string, alg: string, key: CryptoKey | Uint8Array) => await new SignJWT({ ...claims }).setProtectedHeader({ alg, typ }).sign(key)
  const bad = [
    'x'.repeat(40),
    'a.b.c.d.e.f.g.h.i.j.k.l',
    `${header}.${payload}.${signature.slice(0, -4)}AAAA`,
    `${header}.${Buffer.from(JSON.stringify({ ...claims, sub: 'mem-22222222222222222222' })).toString('base64url')}.${signature}`,
    `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${payload}.`,
    await sign('at+jwt', 'ES256', privateKey),
    await sign('JWT', 'ES256', privateKey),
    await sign('at+jwt', 'HS256', Buffer.from(JSON.stringify(await exportJWK(publicKey)))),
    await org.sign({ ...claims, iss: org.url, aud: acme.clientId }),
    'y'.repeat(13_000)
  ]
  for (const token of bad) t.equal((await show(token)).status, 401, token.slice(0, 30))
  for (const scheme of ['Basic', 'DPoP', 'Token']) t.equal((await show(good, '?app=northwind', scheme)).status, 401, scheme)
})

void t.test('a cookie that opens comes first, and a token that was shown before asks the database nothing', async t => {
  const browser = world.browser()
  await signIn(world, browser, 'ada@acme.test')
  const strange = await tokenFor('docs')
  t.equal((await ask(world, browser, '/auth/check?app=northwind', 'GET', { authorization: `Bearer ${strange}` })).status, 200)
  const token = await tokenFor('northwind')
  await show(token)
  const before = world.statements.length
  for (let shown = 0; shown < 20; shown++) await show(token)
  t.equal(world.statements.length, before, 'warm, it asks the database nothing')
})

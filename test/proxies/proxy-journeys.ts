// What must hold behind every proxy that the documentation names? The same stories, whichever of them stands before the product.
import { createRemoteJWKSet, jwtVerify } from 'jose'
import type { Test } from 'tap'
import type { Seen } from './echo-product.ts'
import { findProgram, type ProxyKind } from './proxy-process.ts'
import { openProxiedWorld, type RawAnswer } from './proxied-world.ts'

const identity = ['authorization', 'x-auth-request-user', 'x-auth-request-email', 'x-auth-request-tenant', 'x-auth-request-roles']

const spoofs: ReadonlyArray<readonly [name: string, value: string]> = [
  ['X-Auth-Request-User', 'mem-forged'],
  ['x-auth-request-user', 'mem-forged'],
  ['X-AUTH-REQUEST-EMAIL', 'forged@acme.test'],
  ['X-Auth-Request-Tenant', 'forged'],
  ['X-Auth-Request-Roles', 'forged,owner'],
  ['X-Auth-Request-Roles', 'forged-again'],
  ['X_Auth_Request_User', 'mem-forged'],
  ['x_auth_request_email', 'forged@acme.test'],
  ['X-Auth_Request-Tenant', 'forged'],
  ['X_AUTH-REQUEST_ROLES', 'forged'],
  ['X-Auth-Request-Groups', 'forged'],
  ['Authorization', 'Bearer forged']
]

// Each is one page to somebody and another to somebody else.
const ambiguous = ['/orders/../admin', '/orders/./x', '/orders/%2e%2e/admin', '/orders/.%2E/admin', '/orders%2f..%2fadmin', '/orders/..;x/admin', '/orders/..', '/orders\\..\\admin', '/orders/..%5cadmin', '/orders%00']
const unambiguous = ['/', '/orders?open=1&sort=-date&q=a%20b', '/files/a%2Fb?next=%2Forders%3Fx', '/files/a%252Fb', '/caf%C3%A9/x+y;v=1', '/.well-known/x', '/search?q=../..&p=/../admin']
const admins = ['/admin', '/admin/', '/admin/people?x=/', '/ADMIN/people', '/%61dmin', '//admin/x', '/admin;x/people', '/admin%2fpeople']

const page = [['Accept', 'text/html'], ['Sec-Fetch-Mode', 'navigate'], ['Sec-Fetch-Dest', 'document']] as const
const script = [['Accept', '*/*'], ['Sec-Fetch-Mode', 'cors'], ['Sec-Fetch-Dest', 'empty']] as const

/** Runs the stories behind one proxy, or says how to install it. */
export async function tellJourneys (t: Test, kind: ProxyKind): Promise<void> {
  if (findProgram(kind.program) === null) {
    const missing = `${kind.name} is not installed: apt-get install -y --no-install-recommends ${kind.debianPackage}`
    process.stderr.write(`${missing}\n`)
    if (process.env['CI'] === 'true') t.fail(missing)
    else t.comment(missing)
    await t.test(`what is promised behind ${kind.name}`, { skip: missing }, async () => {})
    return
  }
  const world = await openProxiedWorld(t, kind)
  const { app, login, product } = world
  const ada = world.browser()
  await world.enter(ada, 'ada@acme.test')
  const bob = world.browser()
  await world.enter(bob, 'bob@acme.test')
  const signInOf = (answer: RawAnswer) => new URL(String(answer.headers['location']))
  const wanted = (answer: RawAnswer) => signInOf(answer).searchParams.get('return_to')

  /** What the product saw of the last thing that was done; null when nothing reached it. */
  const passed = async (work: () => Promise<unknown>): Promise<Seen | null> => {
    const before = product.seen.length
    await work()
    if (product.seen.length > before + 1) throw new Error('It reached the product twice')
    return product.seen[before] ?? null
  }

  await t.test('somebody who opens a page is sent through the login and Okta, and arrives at that page', async t => {
    const browser = world.browser()
    const arrived = await world.enter(browser, 'ada@acme.test', '/orders/7?open=1&q=a%20b')
    t.equal(arrived.url, `${app}/orders/7?open=1&q=a%20b`)
    t.equal(arrived.status, 200)
    const [first, second] = browser.hops
    t.strictSame([first?.status, second?.url.split('?')[0]], [303, `${app}/auth/login`])
    t.ok(browser.hops.some(({ url }) => url.startsWith(`${login}/auth/callback/`)))
  })

  await t.test('a script gets a 401 that says where to sign in, and nothing is set or kept', async t => {
    let answer: RawAnswer | undefined
    t.equal(await passed(async () => { answer = await world.raw('/api/orders', { headers: script }) }), null)
    t.equal(answer?.status, 401)
    t.match(answer?.headers['content-type'], 'application/problem+json')
    t.match(JSON.parse(answer?.body ?? ''), { status: 401, code: 'not-signed-in' })
    t.match(answer?.headers['location'], `${app}/auth/login?`)
    t.match(answer?.headers['cache-control'], 'no-store')
    t.notOk(answer?.headers['set-cookie'])
  })

  await t.test('who says nothing of fetch metadata is taken at their Accept header', async t => {
    t.equal((await world.raw('/orders', { headers: [['Accept', 'text/html,*/*']] })).status, 303)
    t.equal((await world.raw('/orders', { headers: [['Accept', 'application/json']] })).status, 401)
    t.equal((await world.raw('/orders')).status, 401)
  })

  await t.test('the product is told who it is, and can prove it', async t => {
    const seen = await passed(async () => await world.raw('/orders', { headers: [world.cookieOf(ada), ...script] }))
    t.match(seen?.headers, { host: [new URL(app).host], 'x-auth-request-user': [/^mem-/], 'x-auth-request-email': ['ada@acme.test'], 'x-auth-request-tenant': ['acme'], 'x-auth-request-roles': ['admin,buyer'] })
    const keys = createRemoteJWKSet(new URL(`${world.gateway.url}/.well-known/jwks.json`))
    const token = seen?.headers['authorization']?.[0]?.replace(/^Bearer /, '') ?? ''
    const { payload } = await jwtVerify(token, keys, { issuer: login, audience: 'https://api.northwind.test', typ: 'at+jwt', algorithms: ['ES256'] })
    t.match(payload, { sub: seen?.headers['x-auth-request-user']?.[0], tenant: 'acme', email: 'ada@acme.test', roles: ['admin', 'buyer'] })
  })

  await t.test('the session cookie stays with the gateway, and the product\'s own cookies do not', async t => {
    const ours = `gatehouse=${ada.jar.value(app, 'gatehouse') ?? ''}`
    for (const [sent, expected] of [[`a=1; ${ours}; b=2`, /^a=1; b=2$/], [`${ours}; mygatehouse=3`, /^mygatehouse=3$/], [`a=1; ${ours}`, /^a=1(; ?)?$/], [`a="gatehouse=1"; ${ours}`, /^a="gatehouse=1"(; ?)?$/]] as const) {
      const seen = await passed(async () => await world.raw('/', { headers: [['Cookie', sent]] }))
      t.match(seen?.headers['cookie']?.join(), expected)
      t.notMatch(seen?.headers['cookie']?.join(), /(?:^|; )gatehouse=/)
    }
  })

  await t.test('nothing that a client says about who it is reaches the product, in any spelling', async t => {
    const clean = await passed(async () => await world.raw('/', { headers: [world.cookieOf(ada)] }))
    const names = Object.keys(clean?.headers ?? {}).sort()
    for (const spoof of [...spoofs.map(one => [one]), spoofs]) {
      const seen = await passed(async () => await world.raw('/', { headers: [world.cookieOf(ada), ...spoof] }))
      t.notMatch(JSON.stringify(seen), /forged/, JSON.stringify(spoof[0]))
      t.strictSame(Object.keys(seen?.headers ?? {}).sort(), names)
      for (const name of identity) t.equal(seen?.headers[name]?.length, 1, `${name} comes once`)
      t.equal(await passed(async () => await world.raw('/', { headers: spoof })), null)
    }
  })

  await t.test('a client cannot have the identity taken away again by naming it as a matter of its connection', async t => {
    const listed = ['Connection', `${identity.join(', ')}, X-Forwarded-Host, X-Forwarded-Proto, Cookie`] as const
    const seen = await passed(async () => await world.raw('/', { headers: [world.cookieOf(ada), listed] }))
    t.match(seen?.headers, { 'x-auth-request-email': ['ada@acme.test'], 'x-auth-request-roles': ['admin,buyer'], authorization: [/^Bearer /], 'x-forwarded-host': [new URL(app).host] })
  })

  await t.test('what a client says about where it comes from and where it goes changes nothing', async t => {
    const forged = [['X-Forwarded-Host', 'evil.test'], ['X-Forwarded-Uri', '/evil'], ['X-Forwarded-Proto', 'https'], ['X-Forwarded-For', '198.51.100.9'], ['X-Forwarded-Method', 'TRACE'], ['X-Forwarded-Port', '9'], ['Forwarded', 'for=198.51.100.9;host=evil.test;proto=https'], ['X_Forwarded_Host', 'evil.test'], ['X-Original-URL', '/evil']] as const
    const turnedAway = await world.raw('/orders?x=1', { headers: [...page, ...forged] })
    t.equal(turnedAway.status, 303)
    t.equal(signInOf(turnedAway).origin, app)
    t.equal(wanted(turnedAway), `${app}/orders?x=1`)
    const seen = await passed(async () => await world.raw('/orders', { headers: [world.cookieOf(ada), ...forged.filter(([name]) => name !== 'X-Original-URL')] }))
    t.match(seen?.headers, { 'x-forwarded-host': [new URL(app).host], 'x-forwarded-proto': ['http'], 'x-forwarded-for': ['127.0.0.1'] })
    t.notMatch(JSON.stringify(seen), /evil|198\.51/)
    for (const path of ['/auth/login', '/auth/login?return_to=/orders']) {
      const started = await world.raw(path, { headers: [...page, ...forged] })
      t.equal(signInOf(started).origin, login)
      t.notMatch(started.headers['location'], /evil/)
    }
  })

  await t.test('a host that is not the product\'s is not served as if it were', async t => {
    for (const host of ['evil.test', `app.localhost.evil.test:${new URL(app).port}`, 'app.localhost@evil.test']) {
      const seen = await passed(async () => { t.notMatch((await world.raw('/', { host, headers: [world.cookieOf(ada), ...page] })).headers['location'], /evil/, host) })
      t.equal(seen, null, host)
    }
    // With a whole address in the request line that is not the Host header's, it is refused or it is one site to everybody.
    for (const [target, host] of [[app, login], [login, app]] as const) {
      const seen = await passed(async () => await world.raw(`${target}/orders`, { host: new URL(host).host, headers: [world.cookieOf(ada)] }))
      if (seen !== null) t.match(seen.headers, { host: [new URL(app).host], 'x-forwarded-host': [new URL(app).host], 'x-auth-request-email': ['ada@acme.test'] })
    }
  })

  await t.test('a role that is missing is a 403, however the path is written', async t => {
    for (const path of admins) {
      const seen = await passed(async () => { t.equal((await world.raw(path, { headers: [world.cookieOf(bob), ...page] })).status, 403, path) })
      t.equal(seen, null)
      t.equal((await passed(async () => await world.raw(path, { headers: [world.cookieOf(ada), ...page] })))?.url, path)
    }
    t.equal((await world.raw('/administrators', { headers: [world.cookieOf(bob)] })).status, 200)
    t.equal((await world.raw('/orders?roles=owner&tenant=globex&app=x&mode=x', { headers: [world.cookieOf(bob)] })).status, 200, 'the product\'s query is not the check\'s')
  })

  await t.test('the path that is asked about is the path that the product gets, byte for byte', async t => {
    for (const path of unambiguous) {
      t.equal((await passed(async () => await world.raw(path, { headers: [world.cookieOf(ada)] })))?.url, path)
      t.equal(wanted(await world.raw(path, { headers: page })), app + path)
    }
  })

  await t.test('a path that can be read in two ways is read in none', async t => {
    for (const path of ambiguous) {
      const seen = await passed(async () => { t.equal((await world.raw(path, { headers: [world.cookieOf(ada)] })).status, 400, path) })
      t.equal(seen, null)
    }
  })

  await t.test('bodies and methods are the product\'s; the check has its own', async t => {
    const body = JSON.stringify({ text: 'x'.repeat(200_000) })
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const seen = await passed(async () => { t.equal((await world.raw('/orders', { method, body, headers: [world.cookieOf(ada), ['Content-Type', 'application/json']] })).status, 200) })
      t.match(seen, { method, bodyBytes: body.length })
      t.equal((await world.raw('/orders', { method, body, headers: [['Content-Type', 'application/json'], ...script] })).status, 401)
    }
    for (const method of ['HEAD', 'OPTIONS']) t.equal((await passed(async () => await world.raw('/orders', { method, headers: [world.cookieOf(ada)] })))?.method, method)
    t.equal((await world.raw('/orders', { method: 'POST', body: 'a=1', headers: [['Content-Type', 'application/x-www-form-urlencoded'], ...page] })).status, 303)
  })

  await t.test('a WebSocket opens for who is signed in and for nobody else', async t => {
    t.equal(await world.socket('/live', { cookie: world.cookieOf(ada)[1], 'x-auth-request-email': 'forged@acme.test' }), 'ada@acme.test')
    t.equal(await passed(async () => { t.equal(await world.socket('/live', {}), 'refused') }), null)
    t.equal(await passed(async () => { t.equal(await world.socket('/admin/live', { cookie: world.cookieOf(bob)[1] }), 'refused') }), null)
  })

  await t.test('no other upgrade is passed on', async t => {
    const seen = await passed(async () => await world.raw('/', { headers: [world.cookieOf(ada), ['Connection', 'Upgrade, HTTP2-Settings'], ['Upgrade', 'h2c'], ['HTTP2-Settings', 'AAMAAABkAAQCAAAAAAIAAAAA']] }))
    t.equal(seen?.headers['upgrade'], undefined)
  })

  await t.test('the token of somebody with a hundred roles comes through', async t => {
    const gus = world.browser()
    const arrived = await world.enter(gus, 'gus@globex.test', '/orders')
    t.equal(arrived.status, 200)
    const seen = await passed(async () => await world.raw('/', { headers: [world.cookieOf(gus)] }))
    t.equal(seen?.headers['x-auth-request-roles']?.[0]?.split(',').length, 100)
    t.match(seen?.headers, { 'x-auth-request-tenant': ['globex'], authorization: [/^Bearer /] })
    // A proxy that holds a part of the body by then must have kept room for the headers.
    for (let round = 0; round < 5; round++) t.match(await passed(async () => await world.raw('/', { method: 'POST', body: 'x'.repeat(500_000), headers: [world.cookieOf(gus)] })), { bodyBytes: 500_000 })
  })

  await t.test('the check itself is nobody\'s to call from outside', async t => {
    for (const path of ['/auth/check', '/auth/check?mode=redirect', '/auth/%63heck']) {
      const answer = await world.raw(path, { headers: [world.cookieOf(ada)] })
      t.equal(answer.status, 404, path)
      t.notOk(answer.headers['authorization'])
      t.notOk((await world.raw(path, { host: new URL(login).host, headers: [world.cookieOf(ada)] })).headers['authorization'])
    }
  })

  await t.test('a cookie that is not ours to have made is nobody\'s', async t => {
    const [, genuine] = world.cookieOf(ada)
    for (const cookie of [`${genuine}x`, genuine.slice(0, -4), 'gatehouse=', `gatehouse=${'a'.repeat(3_000)}`, 'gatehouse=%00', 'gatehouse']) {
      const seen = await passed(async () => { t.equal((await world.raw('/', { headers: [['Cookie', cookie], ...script] })).status, 401) })
      t.equal(seen, null)
    }
  })

  await t.test('who signs out is refused with the next request', async t => {
    const [name, cookie] = world.cookieOf(bob)
    t.equal((await world.raw('/', { headers: [[name, cookie]] })).status, 200)
    await bob.visit(`${app}/auth/logout`)
    t.equal((await bob.submit('/auth/logout')).status, 200)
    t.equal(await passed(async () => { t.equal((await world.raw('/', { headers: [[name, cookie], ...script] })).status, 401) }), null)
  })

  await t.test('without the gateway nothing reaches the product', async t => {
    for (const mute of [false, true]) {
      await world.loseGateway(mute)
      const seen = await passed(async () => {
        const answer = await world.raw('/', { headers: [world.cookieOf(ada)] })
        t.ok(answer.status >= 500 && answer.status < 600, `${mute ? 'mute' : 'gone'}: ${answer.status}`)
      })
      t.equal(seen, null)
    }
  })
}

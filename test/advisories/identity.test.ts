// Who says who somebody is? Only the session, or a token of ours for that very app; never a header, a body or a memory of an earlier answer.
import { createHmac } from 'node:crypto'
import t from 'tap'
import { compose } from './raw-request.ts'
import { claimsOf, openScene, script } from './scene.ts'

const { world, ada, gus, session, raw, host, askAt, knock } = await openScene(t)
const own = host('northwind')
const cookie = session(ada, 'crm')
const check = async (slug: string, query: string, headers: Readonly<Record<string, string | string[]>>) => await askAt(slug, `/auth/check${query}`, { headers: { ...script, ...headers } })
const tokenOf = async (slug: string, browser = ada) => String((await check(slug, '', { cookie: session(browser, slug) })).headers['authorization']).replace('Bearer ', '')

const identity = ['authorization', 'x-auth-request-user', 'x-auth-request-email', 'x-auth-request-tenant', 'x-auth-request-roles']
void t.test('CVE-2025-64484, GHSA-vjrc-mh2v-45x6: identity headers that come in never come out, in any spelling, and open nothing', async t => {
  for (const name of identity) {
    for (const spell of [name, name.toUpperCase(), name.replaceAll('-', '_'), name.replaceAll('-', '.'), name.replace('-', '_')]) {
      const forged = { [spell]: ['eve@globex.test', 'owner'] }
      for (const { status, headers, body } of Object.values(await knock('crm', forged))) {
        t.equal(status, 401, spell)
        t.notMatch(JSON.stringify(headers) + body, /eve@globex/)
      }
      if (spell.toLowerCase() === 'authorization') continue
      const { status, headers } = await check('crm', '', { cookie, ...forged })
      t.match([status, headers['x-auth-request-email'], headers['x-auth-request-roles']], [200, 'ada@acme.test', 'user'])
      t.notMatch(JSON.stringify(headers), /eve@globex|owner/)
    }
  }
})

void t.test('CVE-2025-48865: a Connection header that names ours or the browser’s takes nothing away', async t => {
  for (const named of [...identity, 'cookie', 'host', 'set-cookie', 'x-csrf']) {
    const { status, text } = await raw(['GET /auth/check HTTP/1.1', `Host: ${host('crm')}`, `Cookie: ${cookie}`, `Connection: close, ${named}`, '', ''].join('\r\n'))
    t.equal(status, 200, named)
    for (const name of identity) t.match(text.toLowerCase(), `\r\n${name}: `, named)
  }
})

void t.test('CVE-2022-29226, GHSA-wcvh-g65p-v576: a bearer token that is not ours, not for this app, or not signed opens nothing', async t => {
  const token = await tokenOf('crm')
  const [head = '', payload = '', signature = ''] = token.split('.')
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const { body } = await askAt('northwind', '/.well-known/jwks.json')
  const hmac = (header: object) => {
    const signed = `${encode(header)}.${payload}`
    return `${signed}.${createHmac('sha256', body).update(signed).digest('base64url')}`
  }
  const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString())
  t.equal((await check('crm', '', { authorization: `Bearer ${token}` })).status, 200, 'ours is taken')
  const refused: Readonly<Record<string, string>> = {
    garbage: 'Bearer x',
    long: `Bearer ${'x'.repeat(9_000)}`,
    'for another app': `Bearer ${await tokenOf('docs')}`,
    'without a signature': `Bearer ${head}.${payload}.`,
    'of alg none': `Bearer ${encode({ alg: 'none', typ: 'at+jwt' })}.${payload}.`,
    'of alg none, with a kid': `Bearer ${encode({ alg: 'none', typ: 'at+jwt', kid })}.${payload}.${signature}`,
    'signed with the published keys as a secret': `Bearer ${hmac({ alg: 'HS256', typ: 'at+jwt', kid })}`,
    'with claims of its own': `Bearer ${head}.${encode({ ...claimsOf(token), roles: ['owner'] })}.${signature}`,
    'with a changed signature': `Bearer ${head}.${payload}.${signature.slice(0, -4)}AAAA`,
    'with a key that it brings': `Bearer ${encode({ alg: 'ES256', typ: 'at+jwt', jwk: JSON.parse(body).keys[0], jku: 'http://evil.test/' })}.${payload}.${signature}`,
    encrypted: `Bearer ${head}.${payload}.${signature}.${payload}.${signature}`,
    'two of them': `Bearer ${token}, Bearer ${token}`,
    'as basic credentials': `Basic ${token}`,
    'the session': `Bearer ${cookie.replace('gatehouse=', '')}`,
    'the operator’s': `Bearer ${world.gateway.operatorToken}`
  }
  for (const [what, authorization] of Object.entries(refused)) {
    const answer = await check('crm', '', { authorization })
    t.equal(answer.status, 401, what)
    t.notOk(answer.headers['authorization'], what)
  }
  for (const query of ['?tenant=globex', '?roles=owner']) t.equal((await check('crm', query, { authorization: `Bearer ${token}` })).status, 403, query)
})

void t.test('CVE-2024-47616, CVE-2024-39315: a token for an app opens no other door, and the page’s own answer holds none', async t => {
  const authorization = `Bearer ${await tokenOf('crm')}`
  t.equal((await askAt('northwind', '/api/v1/tenants', { headers: { ...script, authorization } })).status, 401)
  t.equal((await askAt('northwind', '/api/v1/tenants', { cookie: session(ada, 'northwind'), headers: script })).status, 401)
  for (const path of ['/auth/session', '/auth/token']) t.equal((await askAt('crm', path, { method: path === '/auth/token' ? 'POST' : 'GET', headers: { ...script, authorization, 'x-csrf': '1' } })).status, 401, path)
  const { status, body, headers } = await askAt('crm', '/auth/session', { cookie, headers: script })
  t.equal(status, 200)
  t.notMatch(body + JSON.stringify(headers), /eyJ|token|secret|0oa|00u/i)
})

void t.test('GHSA-652x-m2gr-hppm, GHSA-qvp4-rpmr-xwrr: every constraint is asked again each time, whatever was answered a moment ago', async t => {
  const rows = [['', 200], ['?roles=user', 200], ['?roles=owner', 403], ['?tenant=acme', 200], ['?tenant=globex', 403], ['?tenant=acme&roles=owner', 403], ['?roles=USER', 403], ['?roles=use', 403], ['?roles=user%00', 403], ['?app=none', 403], ['?app=docs', 403], ['?roles=owner&roles=user', 400], ['?tenant=globex&tenant=acme', 400], ['?roles[]=user', 200], ['?Roles=owner', 200]] as const
  for (let turn = 0; turn < 3; turn++) {
    for (const [query, status] of rows) t.equal((await check('crm', query, { cookie })).status, status, `${query} in turn ${turn}`)
    for (const query of ['?tenant=acme', '?roles=user']) t.equal((await check('crm', query, { cookie: session(gus, 'crm') })).status, 403, query)
  }
})

const json = 'application/json'
const form = 'application/x-www-form-urlencoded'
// Sent to /auth/token on the login host, where any app may be named: the type, the body, and the audience or the status.
const bodies: ReadonlyArray<readonly [type: string, body: string, told: string | number]> = [
  [json, '{"app":"crm"}', 'crm'],
  ['APPLICATION/JSON; charset=utf-8', '{"app":"crm"}', 'crm'],
  [json, '{"app":"docs","app":"crm"}', 'crm'],
  [json, '{"__proto__":{"app":"crm"}}', 400],
  [json, '{"app":"crm","__proto__":null}', 400],
  [json, '{"constructor":{"prototype":{"app":"crm"}}}', 400],
  [json, '{"app":{"$ne":""}}', 400],
  [json, '{"app":["crm"]}', 400],
  [json, '{"app":"crm"', 400],
  [json, '\ufeff{"app":"crm"', 400],
  [json, '', 400],
  [json, `{"app":"crm","x":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, 'crm'],
  [json, `{"app":"crm","x":"${'x'.repeat(66_000)}"}`, 400],
  ['text/plain', '{"app":"crm"}', 400],
  ['text/plain;application/json', '{"app":"crm"}', 400],
  ['text/plain; x=application/json', 'app=crm', 400],
  ['application/json, text/plain', '{"app":"crm"}', 400],
  ['multipart/form-data; boundary=x', '--x', 400],
  ['application/csp-report', '{"app":"crm"}', 400],
  ['*/*', '{"app":"crm"}', 400],
  [form, 'app=crm', 'crm'],
  [form, 'app=crm&app=docs', 400],
  [form, 'app=none', 403],
  [form, 'app[]=crm', 'https://api.northwind.test']
]
void t.test('GHSA-v2v2-hph8-q5xp: a body is what its type says, once, or it is refused; and none of it stands for X-CSRF', async t => {
  const host = ['Host', own] as const
  for (const [type, body, told] of bodies) {
    const length = ['Content-Length', String(Buffer.byteLength(body))] as const
    const answer = await raw(compose('POST /auth/token HTTP/1.1', [host, ['Cookie', session(ada, 'northwind')], ['X-CSRF', '1'], ['Content-Type', type], length], body))
    const what = `${type} ${body.slice(0, 40)}`
    if (typeof told === 'string') t.equal(claimsOf(/"access_token":"([^"]+)"/.exec(answer.text)?.[1] ?? 'x.e30')['aud'], told, what)
    else t.ok(answer.status === told || (told === 400 && answer.status === 413), `${what}: ${answer.status}`)
    for (const forged of [[], [['X_CSRF', '1']], [['X-CSRF', '0']], [['X-CSRF', '1, 1']], [['X-CSRF', '']], [['X-CSRF', '1'], ['X-CSRF', '1']], [['X-Requested-With', 'XMLHttpRequest']]] as const) {
      const { status, text } = await raw(compose('POST /auth/token HTTP/1.1', [host, ['Cookie', session(ada, 'northwind')], ...forged, ['Content-Type', type], length], body))
      t.ok([400, 403, 413].includes(status), `${what} with ${forged.join()}: ${status}`)
      t.notMatch(text, 'access_token')
    }
  }
})

void t.test('what another site makes a browser post starts, changes and tells nothing', async t => {
  const mine = session(ada, 'northwind')
  const before = await Promise.all(['sessions', 'sign_ins', 'attempts', 'pending_attempts'].map(world.count))
  for (const crossSite of [{ 'sec-fetch-site': 'cross-site', origin: 'https://evil.test' }, { 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.test' }, { origin: 'null' }, { origin: `http://evil-${own}` }, { origin: `http://${own}.evil.test` }, { origin: `https://${own}` }, { origin: `http://${own}/` }]) {
    for (const type of [form, json, 'text/plain']) {
      for (const [path, body] of [['/auth/login', type === json ? '{"email":"ada@acme.test"}' : 'email=ada@acme.test'], ['/auth/logout', ''], ['/auth/token', '']] as const) {
        const { status, headers } = await askAt('northwind', path, { method: 'POST', cookie: mine, headers: { 'content-type': type, ...crossSite, ...path === '/auth/token' ? { 'x-csrf': '1' } : {} }, body })
        t.ok([400, 403].includes(status), `${path} ${JSON.stringify(crossSite)}: ${status}`)
        t.notOk(headers['set-cookie'] ?? headers['location'] ?? headers['access-control-allow-origin'], path)
      }
    }
  }
  t.strictSame(await Promise.all(['sessions', 'sign_ins', 'attempts', 'pending_attempts'].map(world.count)), before)
})

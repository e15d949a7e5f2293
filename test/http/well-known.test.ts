// What do the verifiers of our tokens find, and what do pages load?
import { request } from 'undici'
import t from 'tap'
import { openHouse } from './house.ts'

const house = await openHouse(t)
const { ask, url, gateway } = house

void t.test('The key set holds public P-256 keys alone, for any reader, with an ETag and five minutes', async t => {
  const answer = await ask('GET', '/.well-known/jwks.json')
  t.equal(answer.status, 200)
  t.match(answer.headers, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'public, max-age=300', etag: /^"[\w-]{22}"$/, 'access-control-allow-origin': '*' })
  const keys = Array.isArray(answer.body['keys']) ? answer.body['keys'] : []
  t.ok(keys.length >= 1)
  for (const key of keys) {
    t.strictSame(Object.keys(key).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
    t.match(key, { kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig', kid: /^key-/ })
  }
  t.notMatch(answer.text, /"d"/)
})

void t.test('The metadata of RFC 8414 names the issuer exactly, and the key set', async t => {
  const answer = await ask('GET', '/.well-known/oauth-authorization-server')
  t.match(answer.body, { issuer: url, jwks_uri: `${url}/.well-known/jwks.json`, response_types_supported: { length: 0 }, grant_types_supported: { length: 0 } })
  t.match(answer.headers['cache-control'], /^public, max-age=\d+$/)
})

void t.test('Who has it already gets 304 and no body; HEAD gets the headers alone; neither sets a cookie', async t => {
  const css = /\/auth\/assets\/gatehouse-\w+\.css/.exec((await ask('GET', '/auth/login')).text)?.[0] ?? ''
  t.not(css, '')
  for (const path of ['/.well-known/jwks.json', '/.well-known/oauth-authorization-server', css, '/auth/assets/mark.svg']) {
    const first = await ask('GET', path)
    const etag = String(first.headers['etag'])
    const again = await ask('GET', path, { headers: { 'if-none-match': etag } })
    t.equal(again.status, 304, path)
    t.equal(again.text, '')
    t.equal(again.headers['etag'], etag)
    t.equal(again.headers['cache-control'], first.headers['cache-control'])
    t.equal((await ask('GET', path, { headers: { 'if-none-match': '"another"' } })).status, 200)
    const head = await ask('HEAD', path)
    t.equal(head.status, 200)
    t.equal(head.text, '')
    t.equal(head.headers['etag'], etag)
    t.equal(head.headers['content-length'], first.headers['content-length'])
    for (const answer of [first, again, head]) t.notOk('set-cookie' in answer.headers)
  }
  for (const tag of ['*, "x"', 'W/"x"', '', '"', ',,,']) t.equal((await ask('GET', '/.well-known/jwks.json', { headers: { 'if-none-match': tag } })).status, 200)
  const { etag } = (await ask('GET', '/.well-known/jwks.json')).headers
  t.equal((await ask('GET', '/.well-known/jwks.json', { headers: { 'if-none-match': `"x", W/${String(etag)}` } })).status, 304, 'a weak tag in a list, as proxies send it')
})

void t.test('Assets are what they say, cannot be anything else, and there are no others', async t => {
  const css = /\/auth\/assets\/gatehouse-\w+\.css/.exec((await ask('GET', '/auth/login')).text)?.[0] ?? ''
  t.match((await ask('GET', css)).headers, { 'content-type': /^text\/css/, 'cache-control': 'public, max-age=31536000, immutable', 'x-content-type-options': 'nosniff' })
  t.match((await ask('GET', '/auth/assets/mark.svg')).headers, { 'content-type': 'image/svg+xml', 'content-security-policy': /sandbox/ })
  t.equal((await ask('GET', `${css}?v=2`)).status, 200)
  for (const path of ['/auth/assets/', '/auth/assets/other.css', '/auth/assets/../server.ts', '/auth/assets/..%2fserver.ts', '/auth/assets/%2e%2e/%2e%2e/package.json', '/auth/assets/gatehouse.css', '/auth/assets/__proto__', '/auth/assets/mark.svg/', '/auth/assets/mark.svg%00', '/auth/assets/%2Fetc%2Fpasswd']) {
    const answer = await ask('GET', path)
    t.equal(answer.status, 404, path)
    t.equal(answer.body['code'], 'route-unknown')
  }
})

void t.test('Machines read them on any host, and no session is looked at', async t => {
  house.statements.length = 0
  for (const path of ['/.well-known/jwks.json', '/.well-known/oauth-authorization-server', '/auth/assets/mark.svg']) t.equal((await ask('GET', path, { headers: { host: 'gatehouse.svc.cluster.local', cookie: 'gatehouse=x.y' } })).status, 200)
  t.strictSame(house.statements.filter(sql => sql.includes('sessions')), [])
})

void t.test('Alive and ready are told on the management port alone', async t => {
  const address = new URL(await gateway.gateway.management.listen({ host: '127.0.0.1', port: 0 }))
  const probe = async (path: string) => {
    const answer = await request(new URL(path, address))
    return { status: answer.statusCode, body: await answer.body.json() }
  }
  t.strictSame(await probe('/livez'), { status: 200, body: { status: 'alive' } })
  t.strictSame(await probe('/readyz'), { status: 200, body: { status: 'ready' } })
  for (const path of ['/livez', '/readyz', '/metrics']) t.equal((await ask('GET', path)).status, 404, `${path} is not public`)

  await house.heard(async () => await house.sql('delete from signing_keys'))
  t.strictSame(await probe('/readyz'), { status: 503, body: { status: 'not ready', reasons: ['there is no signing key yet'] } })
  await house.heard(async () => { await gateway.gateway.tend() })
  t.equal((await probe('/readyz')).status, 200)

  await house.sql('alter table kysely_migration rename to kysely_migration_away')
  t.strictSame(await probe('/readyz'), { status: 503, body: { status: 'not ready', reasons: ['the database schema is older than this version; run the migrations'] } })
  t.equal((await probe('/livez')).status, 200, 'alive all the while')
  await house.sql('alter table kysely_migration_away rename to kysely_migration')
  t.equal((await probe('/readyz')).status, 200)
})

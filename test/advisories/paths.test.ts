// Which spelling of a path or method gets past a door? The router, the guards and the app must read each the same, or nobody passes.
import t from 'tap'
import { ascii } from '../tenant/ascii.ts'
import { compose } from './raw-request.ts'
import { claimsOf, openScene, script } from './scene.ts'

const { world, ada, session, raw, host, askAt, crm } = await openScene(t)
const own = host('northwind')
const cookie = session(ada, 'northwind')
const operator = `Bearer ${world.gateway.operatorToken}`
const get = async (path: string, slug: string, ...headers: ReadonlyArray<readonly [string, string]>) => await raw(Buffer.from(compose(`GET ${path} HTTP/1.1`, [['Host', host(slug)], ['Accept', 'application/json'], ...headers]), 'latin1'))

// Behind each stands something that is open to everybody.
const open = ['/auth/login', '/.well-known/jwks.json', '/auth/assets/x', '/auth/logout/done', '/livez']

void t.test('GHSA-pxq7-h93f-9jrg, CVE-2025-54576: what comes after `#`, `%23`, `?`, `;` or `%3f` makes no path an open one', async t => {
  const before = crm.asked.length
  for (const separator of ['#', '%23', '?', '?x=', '??', '%3f', ';', '%3b', '/..;', '/..%2f..', '/%2e%2e/%2e%2e', '//', '\\', '%5c', '%00', '%0a', '&']) {
    for (const target of open) {
      t.ok([400, 401].includes((await get(`/private${separator}${target}`, 'crm')).status), ascii(`/private${separator}${target}`))
      t.ok([400, 401, 404].includes((await get(`/api/v1/tenants${separator}${target}`, 'northwind')).status), ascii(`/api/v1/tenants${separator}${target}`))
      t.ok([400, 401, 403, 404].includes((await get(`/auth/check${separator}${target}`, 'crm')).status), ascii(`/auth/check${separator}${target}`))
      t.ok([400, 401, 404].includes((await get(`/auth/session${separator}${target}`, 'crm')).status), ascii(`/auth/session${separator}${target}`))
    }
  }
  t.equal(crm.asked.length, before, 'the app has heard of none of them')
})

/** All the ways to write a path that somebody somewhere takes for the same. */
function spellings (path: string): readonly string[] {
  const [, first = '', ...rest] = path.split('/')
  const hex = (text: string) => `%${text.charCodeAt(0).toString(16)}`
  return [
    path.toUpperCase(), `/${path}`, `//${path}`, `${path}/`, `${path}//`, `${path}/.`, `${path}/x/..`, `${path};`, `${path};x=1`, `${path}%20`, `${path}%00`, `${path}%2f`, `${path}.json`, `${path}%3b`, `${path}\\`,
    `/.${path}`, `/x/..${path}`, `/x/%2e%2e${path}`, `/%2e${path}`, path.replaceAll('/', '//'), path.replaceAll('/', '\\').replace('\\', '/'), `/${first}%2f${rest.join('/')}`, `/${first}%5c${rest.join('/')}`, `/${first}%252f${rest.join('%252f')}`,
    `/${first}/./${rest.join('/')}`, `/${first}/%2e/${rest.join('/')}`, `/${first};x/${rest.join('/')}`, `/${hex(first)}${first.slice(1)}/${rest.join('/')}`, `/%25${hex(first).slice(1)}${first.slice(1)}/${rest.join('/')}`,
    `/\u00e1${first.slice(1)}/${rest.join('/')}`, `/${first}\u2215${rest.join('/')}`, `/%ef%bc%8f${first}/${rest.join('/')}`, `${path}#x`, `${path}?`, `${path}?x`
  ]
}

void t.test('GHSA-6jwx-7vp4-9847, CVE-2026-6414, GHSA-cxrg-g7r8-w69p: no spelling of a path passes a door that the plain one does not', async t => {
  for (const path of ['/api/v1/tenants', '/api/v1/signing-keys', '/auth/session', '/auth/check', '/private/file']) {
    for (const spelling of spellings(path)) {
      for (const slug of path === '/private/file' ? ['crm'] : ['northwind', 'crm']) {
        const { status, text } = await get(Buffer.from(spelling).toString('latin1'), slug)
        t.ok([400, 401, 404].includes(status), `${ascii(spelling)} on ${slug}: ${status}`)
        t.notMatch(text, /acme|"keys"|x-auth-request/)
      }
    }
  }
})

void t.test('an operator’s path names one tenant, however it is encoded', async t => {
  for (const path of ['/tenants/acme%2f..%2fglobex', '/tenants/acme/../globex', '/tenants/%2e%2e/apps', '/tenants/acme%2fmembers', '/tenants/acme%00', '/tenants/acme;globex', '/tenants/ACME', '/tenants/acme%20', '/tenants/*', '/tenants/__proto__', '/tenants/acme/members/..%2f..%2fglobex']) {
    t.ok([400, 404].includes((await get(`/api/v1${path}`, 'northwind', ['Authorization', operator])).status), path)
  }
  t.equal((await get('/api/v1/tenants/%61cme', 'northwind', ['Authorization', operator])).status, 200, 'decoded once, it is the same name')
})

void t.test('no file but the assets is served, whatever climbs', async t => {
  for (const path of ['/auth/assets/../server.ts', '/auth/assets/..%2f..%2fserver.ts', '/auth/assets/%2e%2e/paths.ts', '/auth/assets/..%5cpaths.ts', '/auth/assets/%252e%252e%252fpaths.ts', '/auth/assets/gatehouse.css%00.ts', '/auth/assets//etc/passwd', '/auth/assets/.', '/auth/assets/', '/auth/assets/gatehouse.css/', '/auth/assets/__proto__', '/auth/assets/constructor', '/auth/assets/\\..\\paths.ts']) {
    const { status, text } = await get(path, 'northwind')
    t.ok([400, 404].includes(status), path)
    t.notMatch(text, /import |root:/)
  }
})

const overrides = ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override', 'X-Method', '_method', 'X-Original-Method', 'X-Forwarded-Method']
void t.test('a method is what the request line says: no header or parameter makes it another', async t => {
  const before = await world.count('sessions')
  for (const header of overrides) {
    for (const [path, status] of [['/auth/token', 404], ['/auth/logout', 200], ['/api/v1/tenants', 200]] as const) {
      const answer = await get(`${path}?${header}=DELETE&method=DELETE`, 'northwind', ['Cookie', cookie], ['Authorization', operator], ['X-CSRF', '1'], [header, 'POST'])
      t.ok(answer.status === status || answer.status === 400, `${header} ${path}: ${answer.status}`)
      t.equal(answer.header('set-cookie'), undefined)
    }
    t.equal((await raw(compose('POST /api/v1/tenants/acme HTTP/1.1', [['Host', own], ['Authorization', operator], [header, 'DELETE'], ['Content-Type', 'application/json'], ['Content-Length', '2']], '{}'))).status, 404, header)
  }
  t.equal(await world.count('sessions'), before)
  t.equal((await world.gateway.api('GET', '/tenants/acme')).status, 200)
})

void t.test('HEAD changes nothing and tells nothing more than GET', async t => {
  const tables = ['sessions', 'sign_ins', 'pending_attempts', 'attempts', 'tickets', 'events', 'members']
  const rows = async () => await Promise.all(tables.map(world.count))
  const before = await rows()
  const { items } = (await world.gateway.api('GET', '/tenants/acme/connections')).body
  const connection = Array.isArray(items) ? items[0].id : ''
  for (const path of ['/', '/auth/login', '/auth/login?tenant=acme', `/auth/initiate/${connection}`, '/auth/initiate', `/auth/callback/${connection}?state=x&code=y`, '/auth/arrive?ticket=x', '/auth/logout', '/auth/session', '/auth/token', '/auth/nothing', '/api/v1/tenants', '/.well-known/jwks.json']) {
    for (const headers of [{}, { cookie }]) {
      const { status, body, headers: told } = await askAt('northwind', path, { method: 'HEAD', headers: { ...script, 'x-csrf': '1', ...headers } })
      t.ok(status < 500, path)
      t.equal(body, '')
      t.notOk(told['set-cookie'], path)
    }
  }
  t.strictSame(await rows(), before)
})

void t.test('what a proxy asks with the Content-Type of the request that it holds is answered like anything else, and no body is read', async t => {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'GET']) {
    for (const type of ['application/json', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded', 'image/png', 'text/plain', 'application/vnd.northwind+json']) {
      for (const body of ['', '{"app":"docs"', 'app=docs']) {
        const sent = [['Host', own], ['Content-Type', type], ['Content-Length', String(body.length)]] as const
        const answer = await raw(compose(`${method} /auth/check HTTP/1.1`, [...sent, ['Cookie', cookie]], body))
        t.equal(answer.status, 200, `${method} ${type} ${body}`)
        t.equal(claimsOf(answer.header('authorization') ?? '')['aud'], 'https://api.northwind.test')
        t.equal((await raw(compose(`${method} /auth/check HTTP/1.1`, sent, body))).status, 401)
      }
    }
  }
})

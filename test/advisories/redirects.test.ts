// Where can a link make us send a browser? Whatever it says: where an app allows it, and otherwise home.
import t from 'tap'
import { ascii } from '../tenant/ascii.ts'
import { returnCorpus } from './return-corpus.ts'
import { openScene, script } from './scene.ts'

const { world, clock, ada, session, signIn, at, host, askAt } = await openScene(t)
const cookie = session(ada, 'northwind')
const allowed = ['northwind', 'crm', 'docs'].map(at)
const corpus = returnCorpus(host('northwind'))
const { items } = (await world.gateway.api('GET', '/tenants/acme/connections')).body
// Where somebody goes who has named no place.
const home = String((await askAt('northwind', '/auth/login', { cookie, headers: { accept: 'text/html' } })).headers['location'])
const acme: string = Array.isArray(items) ? items[0].id : ''

/** What is wrong with a Location, read by the platform's parser and by eye; null where nothing is. */
function faultOf (location: unknown, base: string): string | null {
  const text = String(location)
  const url = URL.parse(text, base)
  if (url === null || !allowed.includes(url.origin)) return 'another origin'
  if (!/^\/(?![/\\])/.test(text) && !allowed.some(origin => text === origin || text.startsWith(`${origin}/`))) return 'another origin to the eye'
  if (/[^\x21-\x7e]|\\/.test(text)) return 'a character that browsers drop or turn'
  if (url.username !== '' || url.password !== '') return 'a user'
  return /^\/[/\\]/.test(url.pathname) ? 'a path that is a host to whoever drops the origin' : null
}

void t.test('the corpus is large, and whoever judges a Location by it sees what browsers would do', async t => {
  for (const bad of ['//evil.test', '/\\evil.test', 'https://evil.test/', `${at('crm')}.evil.test/`, `http://${host('crm')}@evil.test/`, `http://evil.test@${host('crm')}/`, `${at('crm')}//evil.test`, `${at('crm')}/\t/evil.test`, `${at('crm')}\\.evil.test`, 'javascript:alert(1)', ' //evil.test', undefined]) t.ok(faultOf(bad, world.url), ascii(String(bad)))
  for (const good of ['/', '/a?b=//evil.test', at('crm'), `${at('docs')}/x`]) t.equal(faultOf(good, world.url), null, good)
  t.ok(corpus.length >= 800, String(corpus.length))
})

void t.test('GHSA-qqxw-m5fj-f7gv, GHSA-j7px-6hwj-hpjg, GHSA-5m6c-jp6f-2vcv, GHSA-4mf2-f3wh-gvf2, CVE-2024-39694: no way of writing return_to leads to a place that no app allows', async t => {
  const faults: string[] = []
  let homes = 0
  for (const wanted of corpus) {
    const { status, headers: { location } } = await askAt('northwind', `/auth/login?return_to=${encodeURIComponent(wanted)}`, { cookie, headers: { accept: 'text/html' } })
    const fault = status === 303 ? faultOf(location, world.url) : `status ${status}`
    if (fault !== null) faults.push(`${ascii(wanted)} → ${ascii(String(location))}: ${fault}`)
    if (location === home) homes++
  }
  t.strictSame(faults, [])
  t.ok(homes > corpus.length / 2, `${homes} of ${corpus.length} went home`)
})

void t.test('CVE-2021-29652: the same for what comes unencoded, and for the first hop from an app’s own host', async t => {
  for (const wanted of corpus.filter((_, index) => index % 8 === 0)) {
    const raw = wanted.replace(/[^\x21-\x7e]|["<>`{}|\\^#&]/g, encodeURIComponent)
    const direct = await askAt('northwind', `/auth/login?return_to=${raw}`, { cookie, headers: { accept: 'text/html' } })
    t.equal(direct.status === 303 ? faultOf(direct.headers['location'], world.url) : direct.status < 500 ? null : 'a fault', null, ascii(raw))
    const hop = await askAt('docs', `/auth/login?return_to=${encodeURIComponent(wanted)}`, { headers: { accept: 'text/html' } })
    t.equal(faultOf(hop.headers['location'], at('docs')), null, ascii(wanted))
    const carried = new URL(String(hop.headers['location']), at('docs')).searchParams.get('return_to') ?? at('docs')
    t.equal(faultOf(carried, at('docs')), null, ascii(wanted))
  }
})

void t.test('a login that a link or tile began ends where an app allows it, whatever target_link_uri said', async t => {
  const browser = await signIn('bob@acme.test')
  for (const wanted of ['https://evil.test/', '//evil.test', '/\\evil.test', `http://${host('northwind')}@evil.test/`, `http://${host('northwind')}.evil.test/`, 'javascript:alert(1)', `${at('crm')}.evil.test/`, `${at('crm')}/../../\\evil.test`]) {
    for (const start of [`/auth/initiate/${acme}?target_link_uri=`, '/auth/login?tenant=acme&return_to=']) {
      // Whoever begins too many logins in a minute is asked whether they mean it.
      clock.advance(61)
      const page = await browser.visit(world.url + start + encodeURIComponent(wanted), next => allowed.includes(next.origin) && !next.pathname.startsWith('/auth/'))
      t.equal(page.location, home, `${start} ${wanted}`)
    }
  }
})

void t.test('CVE-2021-29456, CVE-2022-23527: signing out takes no address to go to', async t => {
  for (const name of ['return_to', 'rd', 'redirect', 'post_logout_redirect_uri', 'target_link_uri', 'url', 'state', 'next', 'logout']) {
    for (const wanted of ['https://evil.test/', '//evil.test', '/\\evil.test']) {
      for (const [method, path] of [['GET', '/auth/logout'], ['GET', '/auth/logout/done'], ['POST', '/auth/logout']] as const) {
        const { headers, body, status } = await askAt('crm', `${path}?${name}=${encodeURIComponent(wanted)}`, { method, headers: { ...script, 'x-csrf': '1', 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' }, ...method === 'POST' ? { body: `${name}=${encodeURIComponent(wanted)}` } : {} })
        t.ok(status < 300, `${method} ${path}: ${status}`)
        t.notMatch(JSON.stringify(headers) + body, /evil\.test/, name)
      }
    }
  }
})

void t.test('GHSA-7p99-3798-f85c, CVE-2021-32702: nothing that a callback brings is repeated, neither as markup nor as an address', async t => {
  const hostile = ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', 'javascript:alert(1)', 'https://evil.test/', '{{7*7}}', '\r\nSet-Cookie: x=1', '</title><svg/onload=alert(1)>', '\u202eevil']
  for (const name of ['error', 'error_description', 'error_uri', 'state', 'code', 'iss']) {
    for (const value of hostile) {
      const query = new URLSearchParams({ state: 'x', error: 'access_denied', [name]: value }).toString()
      for (const headers of [script, { accept: 'text/html', 'sec-fetch-mode': 'navigate' }]) {
        const answer = await askAt('northwind', `/auth/callback/${acme}?${query}`, { cookie, headers })
        t.equal(answer.status, 400)
        t.notOk(answer.headers['location'])
        t.notMatch(answer.body + JSON.stringify(answer.headers), /alert\(1\)|evil|onerror=|\{\{7/, ascii(`${name}=${value}`))
      }
    }
  }
})

// What is typed, and whether it is an address in Acme's domain. Whoever reads it otherwise sends somebody to a stranger's Okta.
const typed: Readonly<Record<string, boolean>> = {
  'ada@acme.test': true,
  'ADA@ACME.TEST': true,
  ' ada@acme.test ': true,
  'ada+x@acme.test': true,
  'ada@evil.test@acme.test': false,
  'ada@acme.test@evil.test': false,
  '"ada@evil.test"@acme.test': false,
  '"ada@acme.test" <eve@evil.test>': false,
  'ada@evil.test,ada@acme.test': false,
  'ada@acme.test,eve@evil.test': false,
  'ada@acme.test;eve@evil.test': false,
  'ada@acme.test eve@evil.test': false,
  'ada@acme.test\nbcc:eve@evil.test': false,
  'ada@acme.test\0': false,
  'ada@.acme.test': false,
  'ada@acme..test': false,
  'ada@evilacme.test': false,
  'ada@sub.acme.test': false,
  'ada@acme.test.evil.test': false,
  'ada@[127.0.0.1]': false,
  'ada(acme.test)@evil.test': false,
  'ada@evil.test(acme.test)': false,
  'ada%40acme.test': false,
  'ada@acme.test%00@evil.test': false,
  '@acme.test': false,
  'ada@': false,
  'ada@acme\u2024test': false
}
void t.test('CVE-2026-40574, GHSA-c5c4-8r6x-56w3: an address that could be read in two ways leads to nobody’s Okta', async t => {
  for (const [email, acmes] of Object.entries(typed)) {
    const { status, headers } = await askAt('northwind', '/auth/login', { method: 'POST', headers: { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded', origin: world.url }, body: new URLSearchParams({ email }).toString() })
    t.equal(status === 303, acmes, `${ascii(email)}: ${status} ${String(headers['location']).slice(0, 60)}`)
  }
})

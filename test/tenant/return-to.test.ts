import t from 'tap'
import fc from 'fast-check'
import type { ReturnPlaces } from '../../src/tenant/return-to.ts'
import { chooseDestination, findReturnTo, parseReturnPrefix } from '../../src/tenant/return-to.ts'
import { northwindApp } from './acme.ts'
import { ascii } from './ascii.ts'
import { desk, ledger, targets } from './return-targets.ts'

const places: ReturnPlaces = { apps: [desk, ledger], ownOrigin: 'https://ledger.northwind.test', policy: { plainLocalhost: false } }
const judge = (wanted: string | null | undefined, at: ReturnPlaces = places) => findReturnTo(wanted, at)?.returnTo ?? null
// A row names the target alone: one app allows a whole host, the other parts of its own, so that a row can say where a prefix ends.
for (const [rule, rows] of Object.entries(targets)) {
  void t.test(rule, async t => {
    for (const [wanted, to] of rows) t.equal(judge(wanted), to, ascii(wanted))
  })
}

void t.test('the corpus is large and no target stands in it twice', async t => {
  const all = Object.values(targets).flat().map(([wanted]) => wanted)
  t.ok(all.length >= 200)
  t.ok(all.length - new Set(all).size <= 1, 'but for the one that is both an allowed URL and an example of a boundary')
})

void t.test('nothing wanted, nothing found', async t => {
  t.equal(judge(null), null)
  t.equal(judge(undefined), null)
  t.equal(judge('https://app.northwind.test/', { ...places, apps: [] }), null)
})

void t.test('the app that allows the target is told with it, and the first one counts', async t => {
  t.equal(findReturnTo('https://app.northwind.test/x', places)?.app.slug, 'desk')
  t.equal(findReturnTo('/acme', places)?.app.slug, 'ledger')
  const twin = northwindApp({ slug: 'twin', returnTo: desk.returnTo })
  t.equal(findReturnTo('https://app.northwind.test/x', { ...places, apps: [twin, desk] })?.app.slug, 'twin')
})

void t.test('plain http is for localhost, and only while the gateway itself runs so', async t => {
  const apps = [northwindApp({ returnTo: ['http://localhost:3000/', 'http://app.northwind.test/', 'https://localhost:3001/'] })]
  const development: ReturnPlaces = { apps, ownOrigin: 'http://localhost:3000', policy: { plainLocalhost: true } }
  t.equal(judge('http://localhost:3000/x', development), 'http://localhost:3000/x')
  t.equal(judge('/x', development), 'http://localhost:3000/x')
  t.equal(judge('https://localhost:3001/x', development), 'https://localhost:3001/x')
  t.equal(judge('https://localhost:3000/x', development), null)
  t.equal(judge('http://localhost:3001/x', development), null)
  t.equal(judge('http://app.northwind.test/x', development), null)
  t.equal(judge('http://localhost:3000@evil.example/', development), null)
  t.equal(judge('http://localhost:3000/x', { ...development, policy: { plainLocalhost: false } }), null)
  t.equal(judge('/x', { ...development, policy: { plainLocalhost: false } }), null)
})

void t.test('an empty segment inside a prefix stands for itself', async t => {
  const apps = [northwindApp({ returnTo: ['https://app.northwind.test/a//b'] })]
  t.equal(judge('https://app.northwind.test/a//b/c', { ...places, apps }), 'https://app.northwind.test/a//b/c')
  t.equal(judge('https://app.northwind.test/a/evil/b', { ...places, apps }), null)
})

void t.test('a prefix that could never have been accepted allows nothing, and breaks nothing', async t => {
  for (const prefix of ['', 'app.northwind.test', '/', '*', 'https://*', 'javascript:', 'https://app.northwind.test/?a', 'https://app.northwind.test/#a', 'https://app.northwind.test/%']) {
    t.equal(judge('https://app.northwind.test/?a', { ...places, apps: [northwindApp({ returnTo: [prefix] })] }), null, prefix)
  }
})

// Reads the address as a string, knowing nothing of the parser: what stands between the slashes and the first character that ends a host.
const origin = /^(https:\/\/[a-z0-9.-]+(?::\d+)?)(?:[/?#]|$)/
const allowedOrigins = new Set(['https://app.northwind.test', 'https://ledger.northwind.test', 'https://ledger.northwind.test:8443'])

function checkAccepted (wanted: string): void {
  const to = judge(wanted)
  if (to === null) return
  const problems = [
    !allowedOrigins.has(new URL(to).origin) && 'the parser reads another origin',
    !allowedOrigins.has(origin.exec(to)?.[1] ?? '') && 'the string shows another origin',
    new URL(to).href !== to && 'it changes when it is read again',
    new URL(to, 'https://evil.example/').href !== to && 'it is relative to something',
    judge(to) !== to && 'it is judged otherwise the second time',
    /[\s\\\p{C}]/u.test(to) && 'it holds a character that nobody sees',
    /[^\x21-\x7e]/.test(to) && 'it would not fit into a header',
    to.length > 2048 && 'it is too long',
    /^https:\/\/[^/]*\/[/\\]/.test(to) && 'its path alone would be another host'
  ].filter(Boolean)
  if (problems.length > 0) throw new Error(`${ascii(wanted)} → ${ascii(to)}: ${problems.join(', ')}`)
}

const piece = fc.constantFrom('https:', 'http:', '//', '/', '\\', 'app.northwind.test', 'ledger.northwind.test', 'evil.example', '/acme', '/reports/', '@', ':', ':443', ':8443', '.', '..', '%2e', '%2f', '%5c', '%25',
  '%252e', '%00', '%0a', '?', '#', '&', ';', '\t', '\n', '\0', '\u00ad', '\u2028', '\u3002', '\uff0f', '\uff20', 'é', 'a', 'x', '%c3%a9', '%ff', '\ud800', 'javascript:', '[', ']')

void t.test('whatever is accepted, two independent readings find an origin that an app allows, and nothing invisible', async t => {
  const start = fc.constantFrom('', 'https://app.northwind.test', 'https://ledger.northwind.test', '/acme')
  fc.assert(fc.property(start, fc.array(piece, { maxLength: 12 }), (begin, pieces) => checkAccepted(begin + pieces.join(''))), { seed: 7, numRuns: 5_000 })
  fc.assert(fc.property(start, fc.string({ unit: 'binary', maxLength: 40 }), (begin, rest) => checkAccepted(begin + rest)), { seed: 7, numRuns: 3_000 })
  fc.assert(fc.property(fc.webUrl({ withFragments: true, withQueryParameters: true }), checkAccepted), { seed: 7, numRuns: 2_000 })
  for (const [wanted] of Object.values(targets).flat()) checkAccepted(wanted)
  t.pass()
})

void t.test('the property has something to say: many of the generated targets are accepted', async t => {
  const start = fc.constantFrom('https://app.northwind.test', '/acme')
  const samples = fc.sample(fc.tuple(start, fc.array(piece, { maxLength: 4 })), { seed: 7, numRuns: 2_000 })
  const accepted = samples.filter(([begin, pieces]) => judge(begin + pieces.join('')) !== null)
  t.ok(accepted.length > 200, `${accepted.length} of 2,000`)
})

void t.test('after signing in somebody goes where they wanted, else home: the app’s, the tenant’s, the first that any app has', async t => {
  const wanted = findReturnTo('/acme', places)?.returnTo ?? null
  const tenant = 'https://acme.northwind.test/home'
  const homely = northwindApp({ homeUrl: 'https://app.northwind.test/home' })
  const at = { apps: [desk, homely], policy: places.policy }
  t.equal(chooseDestination(wanted, { tenant, app: homely }, at), 'https://ledger.northwind.test/acme')
  t.equal(chooseDestination(null, { tenant, app: homely }, at), homely.homeUrl)
  t.equal(chooseDestination(null, { tenant, app: desk }, at), tenant)
  t.equal(chooseDestination(null, { tenant, app: null }, at), tenant)
  t.equal(chooseDestination(null, { tenant: null, app: null }, at), homely.homeUrl)
  t.equal(chooseDestination(null, { tenant: null, app: desk }, { ...at, apps: [desk] }), null)
})

void t.test('a home that the rules no longer allow is passed over for the next one', async t => {
  const plain = northwindApp({ homeUrl: 'http://localhost:3000/' })
  const at = { apps: [plain, northwindApp({ homeUrl: 'https://app.northwind.test/' })], policy: { plainLocalhost: false } }
  t.equal(chooseDestination(null, { tenant: 'https://acme.northwind.test/', app: plain }, at), 'https://acme.northwind.test/')
  t.equal(chooseDestination(null, { tenant: 'javascript:alert(1)', app: plain }, at), 'https://app.northwind.test/')
  t.equal(chooseDestination(null, { tenant: null, app: plain }, { ...at, apps: [plain] }), null)
  t.equal(chooseDestination(null, { tenant: null, app: plain }, { ...at, policy: { plainLocalhost: true } }), 'http://localhost:3000/')
})

void t.test('a prefix is an address whose path everybody reads alike, without query and fragment', async t => {
  const policy = { plainLocalhost: false }
  t.equal(parseReturnPrefix('https://APP.northwind.test', policy), 'https://app.northwind.test/')
  t.equal(parseReturnPrefix('https://app.northwind.test/a', policy), 'https://app.northwind.test/a')
  t.equal(parseReturnPrefix('https://app.northwind.test/café', policy), 'https://app.northwind.test/caf%C3%A9')
  for (const text of ['', '/a', 'https://app.northwind.test/?a', 'https://app.northwind.test/?', 'https://app.northwind.test/#', 'https://app.northwind.test/#a', 'https://app.northwind.test//a', 'https://app.northwind.test/a/%2e%2e%2fb', 'https://app.northwind.test/%', 'http://app.northwind.test/']) {
    t.throws(() => parseReturnPrefix(text, policy), { name: 'TenantRefusal', code: 'url-malformed' }, text)
  }
})

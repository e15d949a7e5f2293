// What can a customer's provider do to us that is hostile, broken or taken over? Its own people cannot sign in, and that is all.
import t from 'tap'
import { ascii } from '../tenant/ascii.ts'
import { createClock } from '../world/clock.ts'
import { startFaultyProvider, type Faults } from '../world/faulty-provider.ts'
import { createTenancy } from '../world/tenancy.ts'
import { atCallback, atProduct, nextUrl, whoAmI } from '../journeys/signing-in.ts'
import { asOrg, openForeignPage, openWorld, referenceOn } from '../journeys/world.ts'

const clock = createClock(new Date())
const provider = await startFaultyProvider({ name: 'globex', now: clock.now })
t.teardown(provider.close)
const elsewhere = await openForeignPage(t, '{}')
const world = await openWorld(t, [provider.origin, new URL(elsewhere.url).origin], {}, clock)
await createTenancy(world.gateway, { slug: 'globex', name: 'Globex', domains: ['globex.test'], org: asOrg(provider), admission: 'just-in-time' })
const link = `${world.url}/auth/login?tenant=globex`
const till = atProduct(world)

/** A login in which the provider does this once: the status, the code in its story, and whether somebody is signed in. */
async function attempt (faults: Faults): Promise<readonly [status: number, code: unknown, signedIn: boolean]> {
  Object.assign(provider.next, faults)
  const browser = world.browser()
  const page = await browser.visit(link, till)
  const signedIn = (await whoAmI(world, browser)).status === 200
  if (page.location !== undefined) return [page.status, 'arrived', signedIn]
  return [page.status, (await world.gateway.api('GET', `/attempts/${referenceOn(page)}`)).body['code'], signedIn]
}

void t.test('a provider that does as it should signs its people in', async t => {
  t.strictSame(await attempt({}), [303, 'arrived', true])
})

const floods: Readonly<Record<string, Faults>> = {
  'a bomb of 20 MB': { token: { mishap: { kind: 'gzip-bomb', bytes: 20_000_000 } } },
  'a body without end': { token: { mishap: { kind: 'endless' } } },
  'a body of 20 MB': { token: { mishap: { kind: 'huge', bytes: 20_000_000 } } },
  'half a body': { token: { mishap: { kind: 'reset' } } },
  'no HTTP': { token: { mishap: { kind: 'not-http' } } },
  'a length in two ways': { token: { mishap: { kind: 'answer', status: 200, headers: { 'transfer-encoding': 'gzip, chunked' }, body: '{}' } } }
}
void t.test('CVE-2026-1525, CVE-2026-22036: however much a provider sends, and however, it is cut off and costs us nothing', async t => {
  for (const [what, faults] of Object.entries(floods)) {
    const [status, , signedIn] = await attempt(faults)
    t.ok(status >= 500 && status <= 504 && status !== 501, `${what}: ${status}`)
    t.notOk(signedIn, what)
  }
  t.strictSame(await attempt({}), [303, 'arrived', true], 'and the next one is well')
})

void t.test('CVE-2023-45143, CVE-2024-24758, CVE-2024-30260: a provider that sends us elsewhere is not followed, and nobody there hears our secret', async t => {
  for (const faults of [{ token: { mishap: { kind: 'redirect', to: elsewhere.url } } }, { userinfo: { mishap: { kind: 'redirect', to: elsewhere.url } }, idToken: { claims: { sub: '00uNew' }, omit: ['email'] } }] satisfies Faults[]) {
    const [status, , signedIn] = await attempt(faults)
    t.ok(status >= 400, String(status))
    t.notOk(signedIn)
  }
  t.equal(elsewhere.visits(), 0)
})

const forged: Readonly<Record<string, Faults>> = {
  encrypted: { idToken: { encrypted: true } },
  'encrypted, by a password that takes a billion rounds': { idToken: { header: { alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 1_000_000_000, p2s: 'eA' } } },
  unsigned: { idToken: { signature: 'none' } },
  'signed with our secret': { idToken: { signature: 'client-secret' } },
  'signed with its public key as a secret': { idToken: { signature: 'public-key' } },
  'signed by somebody else': { idToken: { signature: 'foreign' } },
  'with a broken signature': { idToken: { signature: 'corrupted' } },
  'with a key that it brings': { idToken: { signature: 'foreign', header: { jwk: { kty: 'RSA', n: 'AQAB', e: 'AQAB' }, jku: elsewhere.url, x5u: elsewhere.url } } },
  'that must be understood': { idToken: { header: { crit: ['b64'], b64: false } } },
  compressed: { idToken: { header: { zip: 'DEF' } } },
  'for another client': { idToken: { claims: { aud: 'somebody-else' } } },
  'for two clients': { idToken: { claims: { aud: [provider.clientId, 'somebody-else'] } } },
  'of another issuer': { idToken: { claims: { iss: 'https://evil.test' } } },
  'without its time': { idToken: { omit: ['iat'] } },
  'without its end': { idToken: { omit: ['exp'] } },
  'with another nonce': { idToken: { claims: { nonce: 'x' } } }
}
void t.test('CVE-2024-28176, CVE-2022-36083, mod_auth_openidc 2026: an ID token that is encrypted, unsigned, forged or not for us signs nobody in', async t => {
  for (const [what, faults] of Object.entries(forged)) {
    const [status, code, signedIn] = await attempt(faults)
    t.ok(status >= 400 && status < 600, `${what}: ${status} ${String(code)}`)
    t.notOk(signedIn, what)
  }
  t.equal(elsewhere.visits(), 0)
  t.strictSame(await attempt({}), [303, 'arrived', true])
})

void t.test('mod_auth_openidc 2026: a parameter of the callback that comes twice is refused, whichever came last', async t => {
  for (const name of ['state', 'code', 'iss']) {
    for (const order of [(mine: string) => `${mine}&${name}=x`, (mine: string) => `${name}=x&${mine}`, (mine: string) => `${mine}&${mine}`]) {
      const browser = world.browser()
      const callback = nextUrl(await browser.visit(link, atCallback))
      if (name === 'iss') callback.searchParams.set('iss', provider.origin)
      callback.search = order(callback.search.slice(1))
      t.equal((await browser.visit(callback.href, () => true)).status, 400, callback.search.replace(/=[^&]*/g, ''))
      t.equal((await whoAmI(world, browser)).status, 401)
    }
  }
})

void t.test('CVE-2026-40574: an email of the provider’s making gets nobody in whose domain is not its tenant’s', async t => {
  const before = await world.count('members')
  for (const [index, email] of ['eve@evil.test@globex.test', 'eve@globex.test@evil.test', '"eve@evil.test"@globex.test', 'eve@globex.test.evil.test', 'eve@evilglobex.test', 'eve@globex.test\u0000', 'eve@globex.test,ada@acme.test', ' eve@evil.test globex.test', '', '@globex.test'].entries()) {
    Object.assign(provider.person, { sub: `00uEve${index}`, email })
    const [status, code, signedIn] = await attempt({})
    t.ok(status >= 400 && status < 500, `${ascii(email)}: ${status} ${String(code)}`)
    t.notOk(signedIn, ascii(email))
  }
  t.equal(await world.count('members'), before)
})

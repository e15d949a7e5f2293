import t from 'tap'
import type { AccessTokenInput } from '../../src/token/claims.ts'
import { buildAccessTokenClaims } from '../../src/token/claims.ts'
import { parseAccessTokenClaims } from '../../src/token/parsed-claims.ts'
import { TokenRefusal } from '../../src/token/refusal.ts'
import { after, start } from './ring.ts'

const input: AccessTokenInput = {
  issuer: 'https://login.northwind.test',
  app: { id: 'app-1', audience: 'https://api.northwind.test' },
  subject: {
    member: { id: 'mem-1', email: 'ada@acme.test', name: 'Ada', roles: ['admin'], externalId: 'nw-7' },
    tenant: { id: 'tnt-1', slug: 'acme' },
    signInId: 'sin-1',
    authTime: after(start, -30.5),
    amr: ['pwd', 'mfa'],
    acr: 'urn:okta:loa:2fa:any'
  },
  now: after(start, 0.9),
  lifetimeSeconds: 300,
  tokenId: 'jti-1',
  sessionExpiresAt: after(start, 43_200)
}
const iat = start.getTime() / 1000

void t.test('JWT-04 a token carries exactly the claims that were promised, for one audience, with our own id as subject', async t => {
  t.strictSame(buildAccessTokenClaims(input), {
    iss: 'https://login.northwind.test',
    aud: 'https://api.northwind.test',
    sub: 'mem-1',
    client_id: 'app-1',
    iat,
    exp: iat + 300,
    jti: 'jti-1',
    sid: 'sin-1',
    auth_time: iat - 31,
    amr: ['pwd', 'mfa'],
    acr: 'urn:okta:loa:2fa:any',
    tenant_id: 'tnt-1',
    tenant: 'acme',
    email: 'ada@acme.test',
    name: 'Ada',
    roles: ['admin'],
    external_id: 'nw-7'
  })
})

void t.test('what is unknown is left out and not null', async t => {
  const { acr, ...subject } = input.subject
  const claims = buildAccessTokenClaims({ ...input, subject: { ...subject, member: { ...subject.member, externalId: null } } })
  t.equal(acr, 'urn:okta:loa:2fa:any')
  t.notOk('acr' in claims)
  t.notOk('external_id' in claims)
  t.notOk('acr' in buildAccessTokenClaims({ ...input, subject: { ...input.subject, acr: undefined } }))
})

void t.test('JWT-05 a token never outlives its session', async t => {
  t.equal(buildAccessTokenClaims({ ...input, sessionExpiresAt: after(start, 100.9) }).exp, iat + 100)
  t.equal(buildAccessTokenClaims({ ...input, sessionExpiresAt: after(start, 300) }).exp, iat + 300)
})

for (const [what, sessionExpiresAt] of [['has ended', after(start, -1)], ['ends within the second', after(start, 0.95)]] as const) {
  void t.test(`no token is made for a session that ${what}`, async t => {
    t.throws(() => buildAccessTokenClaims({ ...input, sessionExpiresAt }), { code: 'access-token-expired' })
  })
}

void t.test('claims survive the way through JSON', async t => {
  const claims = buildAccessTokenClaims(input)
  t.strictSame(parseAccessTokenClaims({ ...claims, unknown: true }), claims)
  t.equal(parseAccessTokenClaims({ ...claims, name: '' }).name, '')
})

const spoiled: readonly (readonly [claim: string, value: unknown])[] = [
  ['iss', 1], ['aud', ['https://api.northwind.test']], ['sub', ''], ['client_id', null], ['iat', '1'], ['iat', 1.5], ['exp', Infinity], ['exp', -1],
  ['jti', undefined], ['sid', {}], ['auth_time', '0'], ['amr', 'pwd'], ['amr', [1]], ['acr', 2], ['tenant_id', 0], ['tenant', []], ['email', null],
  ['name', 5], ['roles', undefined], ['roles', { 0: 'admin' }], ['roles', [null]], ['external_id', 7]
]
for (const [claim, value] of spoiled) {
  void t.test(`${claim} that is ${JSON.stringify(value) ?? 'missing'} is refused`, async t => {
    const error = t.throws(() => parseAccessTokenClaims({ ...buildAccessTokenClaims(input), [claim]: value }))
    t.ok(error instanceof TokenRefusal)
    t.match(error, { code: 'access-token-claims', detail: new RegExp(claim) })
  })
}

void t.test('claims that come from a prototype are missing', async t => {
  const payload: Record<string, unknown> = Object.create({ ...buildAccessTokenClaims(input) })
  t.throws(() => parseAccessTokenClaims(payload), { code: 'access-token-claims' })
})

// Can an operator connect a tenant's Okta without making, or hiding, the usual mistakes?
import t from 'tap'
import { isId } from '../../../src/tenant/id.ts'
import { openOperator } from './operator.ts'

const clientSecret = 'Kx0-secret-of-acme_0123456789abcdefghijklmnop'

void t.test('What an admin pastes becomes an issuer, and every correction is said', async t => {
  const { ask, make } = await openOperator(t)
  const tenant = String((await make('/tenants', { slug: 'acme', name: 'Acme' })).at('id'))
  const made = await ask('POST', '/tenants/acme/connections', { oktaDomain: ' acme-admin.okta.com/admin/apps ', clientId: ' 0oa1acme5northwind5d7\n', clientSecret: `\u200b${clientSecret} ` })
  t.equal(made.status, 201)
  const id = String(made.at('id'))
  t.ok(isId('con', id))
  const { notes, clientSecretExpiresAt, preflight, shadowPreflight, ...rest } = Object(made.body)
  t.strictSame([clientSecretExpiresAt, preflight, shadowPreflight], [null, null, null])
  t.strictSame(rest, {
    id,
    tenantId: tenant,
    issuer: 'https://acme.okta.com',
    clientId: '0oa1acme5northwind5d7',
    clientAuthentication: 'client_secret_basic',
    scopes: ['openid', 'profile', 'email'],
    groupsClaim: null,
    groupRoles: {},
    endsOktaSession: false,
    state: 'draft',
    testedAt: null,
    goLiveAt: null,
    shadow: null,
    pilotEmails: [],
    redirectUri: `https://login.northwind.test/auth/callback/${id}`,
    initiateLoginUri: `https://login.northwind.test/auth/initiate/${id}`,
    postLogoutRedirectUri: 'https://login.northwind.test/auth/logout/done',
    clientKeysUri: `https://login.northwind.test/auth/client-keys/${id}`
  })
  t.match(notes, [/left out/, /https:\/\/ was added/, /Admin Console/, /left out/])
  t.strictSame((await ask('GET', `/tenants/acme/connections/${id}`)).body, { ...rest, clientSecretExpiresAt, preflight, shadowPreflight })
  t.strictSame((await ask('GET', `/tenants/${tenant}/connections`)).body, { items: [rest], next: null })
})

void t.test('The secret is kept sealed, opens as what was pasted, and is in no answer, event or log', async t => {
  const { ask, make, stores, said, log, events, database } = await openOperator(t)
  const found = await make('/tenants', { slug: 'acme', name: 'Acme' })
  const made = await make('/tenants/acme/connections', { oktaDomain: 'acme.okta.com', clientId: '0oa1acme5northwind5d7', clientSecret: ` ${clientSecret} `, nextClientSecret: `${clientSecret}-next` })
  const path = `/tenants/acme/connections/${String(made.at('id'))}`
  await ask('PATCH', path, { clientSecret: `${clientSecret}-changed` })
  await ask('PATCH', path, { nextClientSecret: null })
  for (const body of [{ clientSecret: [clientSecret] }, { clientSecret: `${clientSecret} ${clientSecret}` }, { clientSecret: clientSecret.repeat(40) }, { clientId: `${clientSecret}\u0000` }, { clientSecret, unknown: clientSecret }]) {
    t.equal((await ask('PATCH', path, body)).status, 400)
  }
  t.equal((await ask('PATCH', path, `{"clientSecret":"${clientSecret}`)).status, 400)
  t.equal((await ask('POST', '/tenants/acme/connections', { oktaDomain: clientSecret, clientId: '0oa1acme5northwind5d7' })).status, 400)
  t.equal((await ask('DELETE', path)).status, 204)
  for (const text of [...said, ...log, JSON.stringify(await events())]) t.notOk(text.includes(clientSecret))
  t.match((await events()).filter(event => event['type'] === 'connection.changed').map(event => event['details']), [{ replaced: ['clientSecret'] }, { replaced: ['nextClientSecret'] }])

  const kept = await make('/tenants/acme/connections', { oktaDomain: 'acme.okta.com', clientId: '0oa1acme5northwind5d7', clientSecret: ` ${clientSecret} ` })
  const [row] = await database.raw('select client_secret_sealed as sealed from connections')
  t.notOk(String(row?.['sealed']).includes(clientSecret))
  t.equal((await database.seal.open(String(row?.['sealed']), `connections/${String(kept.at('id'))}/client_secret`)).reveal(), clientSecret)
  t.ok(await stores.tenants.find(String(found.at('id'))))
})

void t.test('A change of issuer forgets what belonged to the old organisation', async t => {
  const { ask, make, forgotten, aliases, stores } = await openOperator(t)
  aliases.set('https://acme.okta.com', ['https://id.acme.test'])
  aliases.set('https://globex.okta.com', ['https://id.globex.test'])
  await make('/tenants', { slug: 'acme', name: 'Acme' })
  const made = await make('/tenants/acme/connections', { issuer: 'https://acme.okta.com', clientId: '0oa1acme5northwind5d7' })
  const id = String(made.at('id'))
  const tenant = await stores.tenants.find('acme')
  const kept = async () => tenant === null ? null : await stores.connections.find(tenant.id, id)
  t.strictSame((await kept())?.issuerAliases, ['https://id.acme.test'])
  const versionBefore = (await kept())?.version ?? 0

  t.strictSame((await ask('PATCH', `/tenants/acme/connections/${id}`, {})).at('notes'), [])
  t.equal((await kept())?.version, versionBefore, 'an empty change interrupts no login')
  t.strictSame(forgotten, [])

  await ask('PATCH', `/tenants/acme/connections/${id}`, { endsOktaSession: true, groupsClaim: ' groups ', scopes: ['openid', 'openid', 'email'] })
  t.match(await kept(), { issuerAliases: ['https://id.acme.test'], version: versionBefore + 1, endsOktaSession: true, groupsClaim: 'groups', scopes: ['openid', 'email'] })
  t.strictSame(forgotten, [id])

  const moved = await ask('PATCH', `/tenants/acme/connections/${id}`, { oktaDomain: 'globex.okta.com', clientAuthentication: 'client_secret_post', groupsClaim: null })
  t.match(moved.body, { issuer: 'https://globex.okta.com', clientAuthentication: 'client_secret_post', groupsClaim: null, notes: [/https/] })
  t.strictSame((await kept())?.issuerAliases, ['https://id.globex.test'])
  await ask('PATCH', `/tenants/acme/connections/${id}`, { issuer: 'http://127.0.0.1:4010' })
  const { issuer, issuerAliases } = await kept() ?? {}
  t.strictSame([issuer, issuerAliases], ['http://127.0.0.1:4010', []])
})

const moves: ReadonlyArray<readonly [move: string, body: object | undefined, status: number, state: string]> = [
  ['pilot', { emails: ['ada@acme.test'] }, 409, 'draft'],
  ['go-live', undefined, 409, 'draft'],
  ['rollback', undefined, 409, 'draft'],
  ['verify', undefined, 409, 'draft'],
  ['verify', {}, 409, 'draft'],
  ['verify', { provenance: 'test-sign-in' }, 400, 'draft'],
  ['verify', { provenance: 'operator' }, 200, 'verified'],
  ['verify', { provenance: 'operator' }, 409, 'verified'],
  ['pilot', undefined, 400, 'verified'],
  ['pilot', { emails: [] }, 400, 'verified'],
  ['pilot', { emails: ['nobody'] }, 400, 'verified'],
  ['pilot', { emails: [' ADA@Acme.test ', 'ada@acme.test', 'bob@acme.test'] }, 200, 'pilot'],
  ['pilot', { emails: ['bob@acme.test'] }, 200, 'pilot'],
  ['go-live', { at: '2026-11-20T00:00:00Z' }, 400, 'pilot'],
  ['go-live', {}, 200, 'live'],
  ['pilot', { emails: ['ada@acme.test'] }, 409, 'live'],
  ['rollback', { emails: [] }, 400, 'live'],
  ['rollback', undefined, 200, 'pilot'],
  ['rollback', undefined, 409, 'pilot'],
  ['go-live', undefined, 200, 'live'],
  ['retire', { now: true }, 400, 'live'],
  ['retire', undefined, 200, 'retired'],
  ['retire', undefined, 409, 'retired'],
  ['go-live', undefined, 409, 'retired'],
  ['rollback', undefined, 409, 'retired']
]

void t.test('A connection goes from draft to live and back, and every other move is refused', async t => {
  const { ask, make, forgotten, events } = await openOperator(t)
  await make('/tenants', { slug: 'acme', name: 'Acme' })
  const id = String((await make('/tenants/acme/connections', { oktaDomain: 'acme.okta.com', clientId: '0oa1acme5northwind5d7' })).at('id'))
  const path = `/tenants/acme/connections/${id}`
  for (const [move, body, status, state] of moves) {
    const answer = await ask('POST', `${path}/${move}`, body)
    t.equal(answer.status, status, `${move} ${JSON.stringify(body)}`)
    if (status === 200) t.equal(answer.at('state'), state)
    if (status === 409) t.equal(answer.at('code'), 'connection-state')
    t.equal((await ask('GET', path)).at('state'), state)
  }
  t.equal((await ask('GET', path)).at('pilotEmails.0'), 'bob@acme.test')
  t.equal(forgotten.length, moves.filter(([, , status]) => status === 200).length)
  const written = (await events()).filter(event => event['subject'] === id)
  t.strictSame(new Set(written.map(event => event['type'])), new Set(['connection.created', 'connection.verified', 'connection.pilot-opened', 'connection.went-live', 'connection.rolled-back', 'connection.retired']))
  t.match(written.find(event => event['type'] === 'connection.verified')?.['details'], { before: { state: 'draft' }, after: { state: 'verified' }, provenance: 'operator' })
})

void t.test('What signs people in is retired before it is deleted', async t => {
  const { ask, make } = await openOperator(t)
  await make('/tenants', { slug: 'acme', name: 'Acme' })
  const path = `/tenants/acme/connections/${String((await make('/tenants/acme/connections', { oktaDomain: 'acme.okta.com', clientId: '0oa1acme5northwind5d7' })).at('id'))}`
  await make(`${path}/verify`, { provenance: 'operator' })
  for (const [move, body] of [['pilot', { emails: ['ada@acme.test'] }], ['go-live', {}]] as const) {
    await make(`${path}/${move}`, body)
    const refused = await ask('DELETE', path)
    t.equal(refused.status, 409)
    t.equal(refused.at('code'), 'connection-live')
  }
  await make(`${path}/retire`, {})
  t.equal((await ask('DELETE', path)).status, 204)
  t.equal((await ask('GET', path)).status, 404)
})

const refusals: ReadonlyArray<readonly [what: string, body: object, code: string, said: RegExp]> = [
  ['no Okta', { clientId: '0oa1' }, 'validation-failed', /oktaDomain is missing/],
  ['two of them', { oktaDomain: 'acme.okta.com', issuer: 'https://acme.okta.com', clientId: '0oa1' }, 'validation-failed', /not both/],
  ['no client id', { oktaDomain: 'acme.okta.com' }, 'validation-failed', /clientId is missing/],
  ['a placeholder', { oktaDomain: '{yourOktaDomain}', clientId: '0oa1' }, 'okta-domain-placeholder', /oktaDomain: /],
  ['a typo', { oktaDomain: 'acme.okta.con', clientId: '0oa1' }, 'okta-domain-typo', /oktaDomain: /],
  ['an address', { oktaDomain: 'https://10.0.0.1', clientId: '0oa1' }, 'okta-domain-address', /oktaDomain: /],
  ['metadata', { oktaDomain: 'http://169.254.169.254/latest', clientId: '0oa1' }, 'okta-domain-address', /oktaDomain: /],
  ['localhost', { issuer: 'http://localhost:4010', clientId: '0oa1' }, 'okta-domain-port', /issuer: /],
  ['another port of this machine', { issuer: 'http://127.0.0.1:5432', clientId: '0oa1' }, 'okta-domain-port', /issuer: /],
  ['a client id for a secret', { oktaDomain: 'acme.okta.com', clientId: '0oa1', clientSecret: ' 0oa1acme5northwind5d7 ' }, 'validation-failed', /looks like a client id/],
  ['the id of a secret', { oktaDomain: 'acme.okta.com', clientId: '0oa1', clientSecret: 'ocs1acme5northwind57' }, 'validation-failed', /id of the secret/],
  ['a secret in two lines', { oktaDomain: 'acme.okta.com', clientId: '0oa1', clientSecret: 'one\ntwo' }, 'validation-failed', /Copy it again/],
  ['nothing but blanks', { oktaDomain: 'acme.okta.com', clientId: '  ' }, 'validation-failed', /"\/clientId"/],
  ['none', { oktaDomain: 'acme.okta.com', clientId: '0oa1', clientAuthentication: 'none' }, 'validation-failed', /client_secret_post/],
  ['no openid', { oktaDomain: 'acme.okta.com', clientId: '0oa1', scopes: ['email'] }, 'validation-failed', /must include openid/],
  ['scopes in one text', { oktaDomain: 'acme.okta.com', clientId: '0oa1', scopes: ['openid email'] }, 'validation-failed', /"\/scopes"/],
  ['a state', { oktaDomain: 'acme.okta.com', clientId: '0oa1', state: 'live' }, 'validation-failed', /no field state here/],
  ['aliases', { oktaDomain: 'acme.okta.com', clientId: '0oa1', issuerAliases: ['https://globex.okta.com'] }, 'validation-failed', /no field issuerAliases here/],
  ['a claim of control characters', { oktaDomain: 'acme.okta.com', clientId: '0oa1', groupsClaim: 'a\tb' }, 'value-malformed', /groupsClaim: /]
]

void t.test('What is not acceptable in a connection is refused with a sentence that helps', async t => {
  const { ask, make, everything } = await openOperator(t)
  await make('/tenants', { slug: 'acme', name: 'Acme' })
  const path = `/tenants/acme/connections/${String((await make('/tenants/acme/connections', { oktaDomain: 'acme.okta.com', clientId: '0oa1acme5northwind5d7' })).at('id'))}`
  const before = await everything()
  for (const [what, body, code, said] of refusals) {
    const answer = await ask('POST', '/tenants/acme/connections', body)
    t.equal(answer.status, 400, what)
    t.equal(answer.at('code'), code, what)
    t.match(answer.text, said, what)
    if (/^no (?:Okta|client id)$/.test(what)) continue
    t.equal((await ask('PATCH', path, body)).status, 400, `${what}, in a change`)
  }
  t.equal(await everything(), before)
})

void t.test('A connection without a secret: Okta fetches the public key that every connection has from its making on', async t => {
  const { ask, make, stores } = await openOperator(t)
  await make('/tenants', { slug: 'acme', name: 'Acme' })
  const made = await make('/tenants/acme/connections', { oktaDomain: 'acme.okta.com', clientId: '0oa1acme5northwind5d7', clientAuthentication: 'private_key_jwt' })
  t.equal(made.at('clientAuthentication'), 'private_key_jwt')
  const [key, ...others] = await stores.connections.findClientKeys(String(made.at('id'))) ?? []
  t.match(key, { kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig', kid: /^key-/ })
  t.notOk('d' in Object(key), 'the private half stays here')
  t.strictSame(others, [])
  t.equal((await ask('PATCH', `/tenants/acme/connections/${String(made.at('id'))}`, { clientAuthentication: 'client_secret_basic' })).status, 200)
  await ask('PATCH', `/tenants/acme/connections/${String(made.at('id'))}`, { clientAuthentication: 'private_key_jwt' })
  t.strictSame(await stores.connections.findClientKeys(String(made.at('id'))), [key], 'the same key: Okta need not be told')
})

import t from 'tap'
import fc from 'fast-check'
import type { Answer } from '../../src/oidc/answer.ts'
import { issuerAliases, parseOktaOrganization } from '../../src/okta/organization.ts'
import type { OrganizationRefusalCode } from '../../src/okta/refusal.ts'
import { OktaRefusal } from '../../src/okta/refusal.ts'
import { Outage } from '../../src/outage.ts'

const organization = { id: '00o47wwoytgsDqEtz0g7', pipeline: 'idx', url: 'https://acme.okta.com', alternate: 'https://login.acme.test' } as const

function answer (body: unknown, over: Partial<Answer> = {}): Answer {
  return { status: 200, contentType: 'application/json', headers: {}, body: typeof body === 'string' ? body : JSON.stringify(body), ...over }
}

const document = {
  id: organization.id,
  _links: { organization: { href: 'https://acme.okta.com' }, alternate: { href: 'https://login.acme.test' } },
  pipeline: 'idx'
}

void t.test('an organization has an id, a pipeline, its own address and perhaps a custom domain', async t => {
  t.strictSame(parseOktaOrganization(answer(document)), organization)
  t.strictSame(parseOktaOrganization(answer({ ...document, pipeline: 'v1', _links: { organization: { href: 'https://Acme.okta.com/' } } })), { id: organization.id, pipeline: 'v1', url: 'https://acme.okta.com' })
})

void t.test('a pipeline that is new to us does no harm', async t => {
  t.equal(parseOktaOrganization(answer({ ...document, pipeline: 'next' })).pipeline, 'next')
  t.equal(parseOktaOrganization(answer({ ...document, pipeline: { toString: 1 } })).pipeline, 'unknown')
})

void t.test('an alternate that is no web address, or the same again, is left out', async t => {
  for (const href of [1, 'javascript:alert(1)', 'https://ada:x@acme.test', 'https://acme.okta.com/x', '']) {
    t.notOk('alternate' in parseOktaOrganization(answer({ ...document, _links: { ...document._links, alternate: { href } } })))
  }
})

const refused: readonly (readonly [code: OrganizationRefusalCode, what: string, answer: Answer])[] = [
  ['okta-organization-missing', 'a 404', answer({ errorCode: 'E0000007' }, { status: 404 })],
  ['okta-organization-missing', 'a redirect', answer('', { status: 302 })],
  ['okta-organization-missing', 'a web page', answer('<!doctype html>', { contentType: 'text/html' })],
  ['okta-organization-malformed', 'null', answer('null')],
  ['okta-organization-malformed', 'a list', answer('[]')],
  ['okta-organization-malformed', 'no id', answer({ ...document, id: undefined })],
  ['okta-organization-malformed', 'an id that is no id', answer({ ...document, id: '<script>' })],
  ['okta-organization-malformed', 'no links', answer({ ...document, _links: null })],
  ['okta-organization-malformed', 'links from a prototype', answer(`{"id":"${organization.id}","__proto__":{"_links":{"organization":{"href":"https://acme.okta.com"}}}}`)],
  ['okta-organization-malformed', 'an address that is none', answer({ ...document, _links: { organization: { href: 'acme' } } })],
  ['okta-organization-malformed', 'a body without end', answer(`"${'a'.repeat(70_000)}"`)]
]
for (const [code, what, given] of refused) {
  void t.test(`${what} is ${code}`, async t => {
    t.ok(t.throws(() => parseOktaOrganization(given), { code }) instanceof OktaRefusal)
  })
}

void t.test('a busy or broken Okta is an outage and not a refusal', async t => {
  const headers = { 'x-okta-request-id': 'req-1' }
  t.ok(t.throws(() => parseOktaOrganization(answer('', { status: 429, headers })), { code: 'provider-busy', providerRequestId: 'req-1' }) instanceof Outage)
  t.ok(t.throws(() => parseOktaOrganization(answer('', { status: 503, headers })), { code: 'provider-error', providerRequestId: 'req-1' }) instanceof Outage)
})

void t.test('whatever answers, it is an organization, a refusal or an outage', async t => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json(), fc.jsonValue().map(value => JSON.stringify({ ...document, _links: value })), fc.jsonValue().map(value => JSON.stringify({ ...document, _links: { organization: value } }))), fc.integer({ min: 100, max: 599 }), (body, status) => {
    try {
      return parseOktaOrganization(answer(body, { status })).id !== ''
    } catch (error) {
      return error instanceof OktaRefusal || error instanceof Outage
    }
  }), { seed: 20261121, numRuns: 1000 })
  t.pass()
})

void t.test('a tile may come from the organization’s own address or from its custom domain', async t => {
  const both = ['https://acme.okta.com', 'https://login.acme.test']
  t.strictSame([...issuerAliases('https://acme.okta.com', organization)].sort(), both)
  t.strictSame(issuerAliases('https://login.acme.test', organization)[0], 'https://login.acme.test', 'the issuer itself comes first')
  t.strictSame([...issuerAliases('https://login.acme.test', organization)].sort(), both)
})

void t.test('a tile of a connection with a custom authorization server carries the organization’s address', async t => {
  t.strictSame(issuerAliases('https://acme.okta.com/oauth2/default', organization), ['https://acme.okta.com/oauth2/default', 'https://acme.okta.com', 'https://login.acme.test'])
})

void t.test('a document about somebody else adds no alias', async t => {
  t.strictSame(issuerAliases('https://globex.okta.com', organization), ['https://globex.okta.com'])
  t.strictSame(issuerAliases('not an issuer', organization), ['not an issuer'])
})

void t.test('a plain http address is no alias of an https issuer', async t => {
  t.strictSame(issuerAliases('https://acme.okta.com', { ...organization, alternate: 'http://login.acme.test' }), ['https://acme.okta.com'])
})

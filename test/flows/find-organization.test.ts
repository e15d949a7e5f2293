// Is an Okta organization found by whatever was pasted, and only where one answers?
import t from 'tap'
import { findOrganization } from '../../src/flows/find-organization.ts'
import type { Answer, OutgoingRequest } from '../../src/oidc/answer.ts'
import { Outage } from '../../src/outage.ts'

const now = new Date('2026-11-21T09:00:00Z')
const json = (body: unknown, status = 200): Answer => ({ status, contentType: 'application/json', headers: {}, body: JSON.stringify(body) })
const metadata = (issuer: string) => ({
  issuer, authorization_endpoint: `${issuer}/oauth2/v1/authorize`, token_endpoint: `${issuer}/oauth2/v1/token`, jwks_uri: `${issuer}/oauth2/v1/keys`, response_types_supported: ['code'], id_token_signing_alg_values_supported: ['RS256']
})
const organization = { id: '00o1acme', pipeline: 'idx', _links: { organization: { href: 'https://acme.okta.com' }, alternate: { href: 'https://login.acme.test' } } }

function open (answers: Readonly<Record<string, Answer | Error>>) {
  const asked: string[] = []
  const probe = async ({ url }: OutgoingRequest) => {
    asked.push(url)
    const answer = answers[url] ?? new Outage('provider-unreachable')
    if (answer instanceof Error) throw answer
    return answer
  }
  return { asked, find: findOrganization({ idp: { probe }, developmentOrigins: [], now: () => now }) }
}

const acme = {
  'https://acme.okta.com/.well-known/okta-organization': json(organization),
  'https://acme.okta.com/.well-known/openid-configuration': json(metadata('https://acme.okta.com'))
}

void t.test('an address of the Admin Console leads to the organization, and what was changed is said', async t => {
  const { find, asked } = open(acme)
  t.match(await find(' https://acme-admin.okta.com/admin/apps '), { issuer: 'https://acme.okta.com', kind: 'production', id: '00o1acme', pipeline: 'idx', url: 'https://acme.okta.com', alternate: 'https://login.acme.test', notes: [/Spaces/, /Admin Console/, /left out/] })
  t.strictSame(asked, Object.keys(acme), 'both documents, and no client is named')
})

void t.test('a custom authorization server is left aside, and that is said', async t => {
  const { issuer, notes } = await open(acme).find('https://acme.okta.com/oauth2/default')
  t.equal(issuer, 'https://acme.okta.com')
  t.match(notes.at(-1), /custom authorization server/)
})

void t.test('what is no Okta organization is refused by name', async t => {
  const cases: ReadonlyArray<readonly [string, Readonly<Record<string, Answer | Error>>, string]> = [
    ['acme.okta.com.com', {}, 'okta-domain-typo'],
    ['', {}, 'okta-domain-empty'],
    ['acme.okta.com', {}, 'provider-unreachable'],
    ['acme.okta.com', { ...acme, 'https://acme.okta.com/.well-known/okta-organization': json({}, 404) }, 'okta-organization-missing'],
    ['acme.okta.com', { ...acme, 'https://acme.okta.com/.well-known/okta-organization': json({ id: 7 }) }, 'okta-organization-malformed'],
    ['acme.okta.com', { ...acme, 'https://acme.okta.com/.well-known/openid-configuration': json(metadata('https://evil.okta.com')) }, 'discovery-issuer-mismatch'],
    ['acme.okta.com', { ...acme, 'https://acme.okta.com/.well-known/openid-configuration': json({}, 503) }, 'provider-error']
  ]
  for (const [pasted, answers, code] of cases) await t.rejects(open(answers).find(pasted), { code }, `${pasted} ${code}`)
})

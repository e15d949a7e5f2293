import t from 'tap'
import { learnOrganization } from '../../src/flows/learn-organization.ts'
import type { Answer, OutgoingRequest } from '../../src/oidc/answer.ts'
import { Outage } from '../../src/outage.ts'

interface Told { id: string, url: string, alternate?: string }

/** Hosts that say this of themselves; any other is not there. */
function hosts (told: Readonly<Record<string, Told>>) {
  const asked: string[] = []
  const probe = async ({ url }: OutgoingRequest): Promise<Answer> => {
    const { origin, pathname } = new URL(url)
    asked.push(origin + pathname)
    const organization = told[origin]
    if (organization === undefined) throw new Outage('provider-unreachable')
    const body = JSON.stringify({
      id: organization.id,
      pipeline: 'idx',
      _links: { organization: { href: organization.url }, ...(organization.alternate === undefined ? {} : { alternate: { href: organization.alternate } }) }
    })
    return { status: 200, contentType: 'application/json', headers: {}, body }
  }
  return { asked, learn: learnOrganization({ idp: { probe } }) }
}

const acme: Told = { id: '00oacme', url: 'https://acme.okta.com', alternate: 'https://login.acme.com' }

void t.test('an organisation with a custom domain is known by both its names, from either side', async t => {
  const { learn } = hosts({ 'https://acme.okta.com': acme, 'https://login.acme.com': acme })
  t.strictSame(await learn('https://login.acme.com'), { id: '00oacme', aliases: ['https://acme.okta.com'] })
  t.strictSame(await learn('https://acme.okta.com'), { id: '00oacme', aliases: ['https://login.acme.com'] })
})

void t.test('a host that claims another organisation\'s address is not believed', async t => {
  const thief: Told = { id: '00othief', url: 'https://acme.okta.com', alternate: 'https://login.globex.com' }
  const { learn } = hosts({ 'https://acme.okta.com': acme, 'https://login.globex.com': thief })
  t.strictSame(await learn('https://login.globex.com'), { id: '00othief', aliases: [] })
})

void t.test('a name that cannot be asked is left out, and the organisation is known all the same', async t => {
  const { learn, asked } = hosts({ 'https://acme.okta.com': acme })
  t.strictSame(await learn('https://acme.okta.com'), { id: '00oacme', aliases: [] })
  t.strictSame(asked, ['https://acme.okta.com/.well-known/okta-organization', 'https://login.acme.com/.well-known/okta-organization'])
})

void t.test('what is no Okta organisation teaches nothing, and stops nobody', async t => {
  const { learn } = hosts({})
  t.equal(await learn('https://acme.okta.com'), null)
  const page = learnOrganization({ idp: { probe: async () => ({ status: 200, contentType: 'text/html', headers: {}, body: '<html>' }) } })
  t.equal(await page('https://acme.okta.com'), null)
})

void t.test('a custom authorization server belongs to the organisation of its host', async t => {
  const { learn, asked } = hosts({ 'https://acme.okta.com': { id: '00oacme', url: 'https://acme.okta.com' } })
  await learn('https://acme.okta.com/oauth2/default')
  t.equal(asked[0], 'https://acme.okta.com/.well-known/okta-organization')
})

void t.test('a fault of our own is not taken for an absent organisation', async t => {
  const broken = learnOrganization({ idp: { probe: async () => { throw new TypeError('ours') } } })
  await t.rejects(broken('https://acme.okta.com'), TypeError)
})

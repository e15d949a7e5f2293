// How does a tenant come to own a domain?
import t from 'tap'
import { openOperator } from './operator.ts'

void t.test('A claimed domain answers with the record to be set; claiming it again changes nothing', async t => {
  const { ask, make, events } = await openOperator(t)
  await make('/tenants', { slug: 'acme', name: 'Acme' })
  const claimed = await ask('POST', '/tenants/acme/domains', { domain: ' @ACME.test ' })
  t.equal(claimed.status, 201)
  t.match(claimed.body, { domain: 'acme.test', record: { type: 'TXT', name: '_gatehouse.acme.test', value: /^gatehouse-verification=[2-9a-z]{32}$/ }, verifiedAt: null, provenance: null })
  const again = await ask('POST', '/tenants/acme/domains', { domain: 'acme.test' })
  t.equal(again.status, 200)
  t.strictSame(again.body, claimed.body)
  t.strictSame((await ask('GET', '/tenants/acme/domains')).body, { items: [claimed.body], next: null })
  t.equal((await events()).filter(event => event['type'] === 'domain.claimed').length, 1)
})

void t.test('A domain is proven by its DNS record, and only by exactly that', async t => {
  const { ask, make, txt, clock, events } = await openOperator(t)
  await make('/tenants', { slug: 'acme', name: 'Acme' })
  const { value } = { value: String((await make('/tenants/acme/domains', { domain: 'acme.test' })).at('record.value')) }
  const unproven: ReadonlyArray<readonly [string, readonly string[] | string, RegExp]> = [
    ['no such name', 'ENOTFOUND', /saw none/],
    ['no such record', 'ENODATA', /saw none/],
    ['DNS that is away', 'ETIMEOUT', /DNS gave no answer \(ETIMEOUT\)/],
    ['DNS that fails', 'ESERVFAIL', /ESERVFAIL/],
    ['other records', ['v=spf1 -all', 'other'], /saw "v=spf1 -all", "other"/],
    ['a part of it', [value.slice(0, -1)], /saw "gatehouse-verification=/],
    ['more than it', [`x${value}`], /saw "x/],
    ['in capitals', [value.toUpperCase()], /saw "GATEHOUSE/],
    ['a hostile record', ['<script>\u202e\u0000\r\nx'], /saw "<script> x"/],
    ['a huge record', ['a'.repeat(60_000)], /saw "a{100}"/]
  ]
  for (const [what, records, said] of unproven) {
    txt.set('_gatehouse.acme.test', records)
    const answer = await ask('POST', '/tenants/acme/domains/acme.test/verify')
    t.equal(answer.status, 409, what)
    t.equal(answer.at('code'), 'domain-not-proven')
    t.equal(answer.at('status'), 409)
    t.match(answer.headers['content-type'], /^application\/problem\+json/)
    t.match(String(answer.at('detail')), said, what)
    t.ok(String(answer.at('detail')).includes(value), 'what was looked for')
    t.ok(answer.text.length < 2_000)
  }
  t.equal((await ask('GET', '/tenants/acme/domains')).at('items.0.verifiedAt'), null)
  txt.set('_gatehouse.acme.test', ['v=spf1 -all', ` ${value} `])
  const proven = await ask('POST', '/tenants/acme/domains/acme.test/verify', {})
  t.equal(proven.status, 200)
  t.equal(proven.at('provenance'), 'dns')
  t.equal(proven.at('verifiedAt'), clock.now().toISOString())
  t.match((await events()).find(event => event['type'] === 'domain.verified'), { subject: 'acme.test', details: { before: { provenance: null }, after: { provenance: 'dns' } } })
})

void t.test('A fault in looking up DNS is a fault, and proves nothing', async t => {
  const { ask, make } = await openOperator(t, { lookUpTxt: async () => { throw new Error('a broken resolver') } })
  await make('/tenants', { slug: 'acme', name: 'Acme' })
  await make('/tenants/acme/domains', { domain: 'acme.test' })
  const answer = await ask('POST', '/tenants/acme/domains/acme.test/verify')
  t.equal(answer.status, 500)
  t.notMatch(answer.text, /broken resolver/)
})

void t.test('On the operator\'s word a domain is proven without DNS, and that is recorded', async t => {
  const { ask, make } = await openOperator(t)
  await make('/tenants', { slug: 'acme', name: 'Acme' })
  await make('/tenants/acme/domains', { domain: 'acme.test' })
  const answer = await ask('POST', '/tenants/acme/domains/ACME.test/verify', { provenance: 'operator' })
  t.equal(answer.status, 200)
  t.equal(answer.at('provenance'), 'operator')
  t.equal((await ask('POST', '/tenants/acme/domains/acme.test/verify', { provenance: 'dns' })).status, 400, 'DNS cannot be asserted')
})

void t.test('Two tenants may claim a domain, and one can have it', async t => {
  const { ask, make } = await openOperator(t)
  for (const slug of ['acme', 'globex']) {
    await make('/tenants', { slug, name: slug })
    await make(`/tenants/${slug}/domains`, { domain: 'acme.test' })
  }
  t.equal((await ask('POST', '/tenants/acme/domains/acme.test/verify', { provenance: 'operator' })).status, 200)
  const refused = await ask('POST', '/tenants/globex/domains/acme.test/verify', { provenance: 'operator' })
  t.equal(refused.status, 409)
  t.equal(refused.at('code'), 'already-exists')
  t.equal((await ask('DELETE', '/tenants/acme/domains/acme.test')).status, 204)
  t.equal((await ask('DELETE', '/tenants/acme/domains/acme.test')).status, 404)
  t.equal((await ask('POST', '/tenants/globex/domains/acme.test/verify', { provenance: 'operator' })).status, 200)
})

void t.test('What cannot be a tenant\'s domain is refused', async t => {
  const { ask, make } = await openOperator(t)
  await make('/tenants', { slug: 'acme', name: 'Acme' })
  const refusals: ReadonlyArray<readonly [string, string]> = [
    ['gmail.com', 'domain-public'],
    ['co.uk', 'domain-public'],
    ['acme', 'domain-malformed'],
    ['10.0.0.1', 'domain-malformed'],
    ['acme.test/path', 'domain-malformed'],
    ['ada@acme.test', 'domain-malformed'],
    ['acme..test', 'domain-malformed']
  ]
  for (const [domain, code] of refusals) {
    const answer = await ask('POST', '/tenants/acme/domains', { domain })
    t.equal(answer.status, 400, domain)
    t.equal(answer.at('code'), code, domain)
  }
  for (const domain of ['', 'a'.repeat(255), 5, null]) t.equal((await ask('POST', '/tenants/acme/domains', { domain })).at('code'), 'validation-failed')
  for (const domain of ['other.test', '%00', 'acme', '..']) t.equal((await ask('POST', `/tenants/acme/domains/${domain}/verify`)).status, 404, domain)
})

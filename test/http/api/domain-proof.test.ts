// What if DNS lies, is slow to agree with itself, or changes between the look and the proof?
import t from 'tap'
import { openOperator } from './operator.ts'

void t.test('The record of another tenant proves nothing for this one, and a domain is whose record is there', async t => {
  const { ask, make, txt } = await openOperator(t)
  for (const slug of ['acme', 'globex']) await make('/tenants', { slug, name: slug })
  const [ofAcme, ofGlobex] = await Promise.all(['acme', 'globex'].map(async slug => String((await make(`/tenants/${slug}/domains`, { domain: 'acme.test' })).at('record.value'))))
  t.not(ofAcme, ofGlobex)
  txt.set('_gatehouse.acme.test', [String(ofAcme)])
  const refused = await ask('POST', '/tenants/globex/domains/acme.test/verify')
  t.equal(refused.at('code'), 'domain-not-proven')
  // Who can read DNS can read the other one's record; it is no secret, and it helps nobody.
  t.equal((await ask('POST', '/tenants/acme/domains/acme.test/verify')).status, 200)
  txt.set('_gatehouse.acme.test', [String(ofAcme), String(ofGlobex)])
  t.equal((await ask('POST', '/tenants/globex/domains/acme.test/verify')).at('code'), 'already-exists', 'the first one keeps it')
})

void t.test('A claim that is given up while DNS is asked is not proven by the answer', async t => {
  let meanwhile = async () => {}
  let value = ''
  const operator = await openOperator(t, { lookUpTxt: async () => { await meanwhile(); return [value] } })
  await operator.make('/tenants', { slug: 'acme', name: 'Acme' })
  value = String((await operator.make('/tenants/acme/domains', { domain: 'acme.test' })).at('record.value'))
  meanwhile = async () => { await operator.ask('DELETE', '/tenants/acme/domains/acme.test') }
  t.equal((await operator.ask('POST', '/tenants/acme/domains/acme.test/verify')).status, 404)
  t.strictSame((await operator.ask('GET', '/tenants/acme/domains')).body, { items: [], next: null })
  t.notOk((await operator.events()).some(event => event['type'] === 'domain.verified'))
})

void t.test('Of two tenants whose records are both there, and who ask at the same moment, one has the domain', async t => {
  const { ask, make, txt } = await openOperator(t)
  const values = await Promise.all(['acme', 'globex'].map(async slug => {
    await make('/tenants', { slug, name: slug })
    return String((await make(`/tenants/${slug}/domains`, { domain: 'acme.test' })).at('record.value'))
  }))
  txt.set('_gatehouse.acme.test', values)
  const answers = await Promise.all(['acme', 'globex'].map(async slug => await ask('POST', `/tenants/${slug}/domains/acme.test/verify`)))
  t.strictSame(answers.map(({ status }) => status).toSorted(), [200, 409])
})

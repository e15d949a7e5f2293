// Is what a real resolver brings back from a real DNS server what a domain is proven by? In several strings, in several records, or not at all.
import { getServers, Resolver, setServers } from 'node:dns/promises'
import t, { type Test } from 'tap'
import { findDoubt } from '../src/flows/prove-domain.ts'
import { recheckDomains } from '../src/flows/recheck-domains.ts'
import { createLookUpTxt } from '../src/look-up-txt.ts'
import type { ProvenDomain } from '../src/tenant/domain.ts'
import { acme, now } from './contracts/cast.ts'
import { openWorld } from './journeys/world.ts'
import { startDnsServer, type TxtAnswer } from './world/dns-server.ts'
import { made } from './world/tenancy.ts'

const name = '_gatehouse.acme.test'
const value = 'gatehouse-verification=c'
const inParts = ['gatehouse-verif', 'ication', '=c']

async function open (t: Test) {
  const dns = await startDnsServer()
  t.teardown(dns.stop)
  const resolver = new Resolver({ timeout: 2_000, tries: 1 })
  resolver.setServers([dns.address])
  return { dns, lookUpTxt: createLookUpTxt(resolver) }
}

void t.test('a record that is sent in several strings is one text, and several records are several', async t => {
  const { dns, lookUpTxt } = await open(t)
  const long = 'a'.repeat(255)
  dns.txt.set(name, [inParts, ['v=spf1 ', '-all'], [long, 'b'], ['']])
  t.strictSame((await lookUpTxt(name)).toSorted(), ['', `${long}b`, value, 'v=spf1 -all'])
  t.strictSame(dns.asked, [name])
})

void t.test('a name that does not exist, one without records and a server that fails are told apart', async t => {
  const { dns, lookUpTxt } = await open(t)
  dns.txt.set('empty.test', []).set('ill.test', 'SERVFAIL')
  for (const [asked, code] of [['nobody.test', 'ENOTFOUND'], ['empty.test', 'ENODATA'], ['ill.test', 'ESERVFAIL']] as const) await t.rejects(lookUpTxt(asked), { code }, asked)
})

const answers: ReadonlyArray<readonly [what: string, answer: TxtAnswer | null, doubt: RegExp | null, warned: number]> = [
  ['the record', [[value]], null, 0],
  ['the record in parts, among others', [['v=spf1 -all'], inParts], null, 0],
  ['its parts as records of their own', inParts.map(part => [part]), /saw "gatehouse-verif", "ication", "=c"/, 1],
  ['no such name', null, /saw none/, 1],
  ['no record', [], /saw none/, 1],
  ['a server that fails', 'SERVFAIL', /DNS gave no answer \(ESERVFAIL\)/, 0]
]

void t.test('a domain is proven, and stays proven, by the record however it is cut, and by nothing else', async t => {
  const { dns, lookUpTxt } = await open(t)
  const domain: ProvenDomain = { tenantId: acme.id, domain: 'acme.test', challenge: 'c', verifiedAt: now, missingSince: null }
  const look = recheckDomains({
    domains: { takeDue: async () => [domain], noteSeen: async () => true, noteMissing: async () => true, unprove: async () => true },
    lookUpTxt,
    events: { save: async () => {} },
    now: () => now
  })
  for (const [what, answer, doubt, warned] of answers) {
    dns.txt.clear()
    if (answer !== null) dns.txt.set(name, answer)
    const said = await findDoubt({ ...domain, verifiedAt: null, provenance: null }, lookUpTxt)
    if (doubt === null) t.equal(said, null, what)
    else t.match(said, doubt, what)
    t.match(await look(1), { missing: warned, lost: 0 }, what)
  }
})

void t.test('the gateway asks the servers of its machine and puts together what came in parts', async t => {
  const { dns } = await open(t)
  const world = await openWorld(t, [])
  const before = getServers()
  setServers([dns.address])
  t.teardown(() => { setServers(before) })
  await made(world.gateway, '/tenants', { slug: 'acme', name: 'Acme' })
  const { record } = await made(world.gateway, '/tenants/acme/domains', { domain: 'acme.test' })
  const text = String(Object(record).value)
  t.match((await world.gateway.api('POST', '/tenants/acme/domains/acme.test/verify', {})).body, { code: 'domain-not-proven', detail: /saw none/ })
  dns.txt.set(name, [[text.slice(0, 30), text.slice(30)]])
  t.match((await world.gateway.api('POST', '/tenants/acme/domains/acme.test/verify', {})).body, { provenance: 'dns' })
})

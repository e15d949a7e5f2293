// Does a proof outlive its record by a week, and a DNS that is ill for ever?
import t from 'tap'
import { recheckDomains } from '../../src/flows/recheck-domains.ts'
import type { ProvenDomain } from '../../src/tenant/domain.ts'
import { acme, after, now } from '../contracts/cast.ts'

const DAY = 86_400
const record = 'gatehouse-verification=c'
type Dns = readonly string[] | 'ENODATA' | 'ENOTFOUND' | 'ESERVFAIL' | 'ETIMEOUT' | 'EREFUSED'

/** One domain, proven in DNS, and what happens to it. */
function open () {
  let clock = now
  let domain: ProvenDomain | null = { tenantId: acme.id, domain: 'acme.test', challenge: 'c', verifiedAt: now, missingSince: null }
  let dns: Dns = [record]
  const asked: string[] = []
  const events: Array<{ type: string, details: unknown }> = []
  const run = recheckDomains({
    domains: {
      takeDue: async () => domain === null ? [] : [domain],
      noteSeen: async taken => { domain = { ...taken, missingSince: null }; return true },
      noteMissing: async (taken, at) => { domain = { ...taken, missingSince: at }; return true },
      unprove: async () => { domain = null; return true }
    },
    lookUpTxt: async name => {
      asked.push(name)
      if (typeof dns === 'string') throw Object.assign(new Error(dns), { code: dns })
      return dns
    },
    events: { save: async event => { events.push({ type: event.type, details: event.details }) } },
    now: () => clock
  })
  return {
    asked,
    events,
    proven: () => domain !== null,
    look: async (day: number, answer: Dns) => {
      clock = after(day * DAY)
      dns = answer
      return await run(10)
    }
  }
}

void t.test('a record that is there keeps the proof, among whatever else stands at the name', async t => {
  const { look, events, proven, asked } = open()
  t.same(await look(1, ['v=spf1 -all', ` ${record} `]), { checked: 1, missing: 0, lost: 0 })
  t.ok(proven())
  t.same([asked, events], [['_gatehouse.acme.test'], []])
})

for (const [what, gone] of [['nothing there', 'ENODATA'], ['no such name', 'ENOTFOUND'], ['no record at all', []], ['another record', ['gatehouse-verification=of-somebody-else']]] as const) {
  void t.test(`a record that is gone (${what}) is warned of once, waited for a week, and then the proof is lost`, async t => {
    const { look, events, proven } = open()
    t.match(await look(1, gone), { missing: 1, lost: 0 })
    t.same(events, [{ type: 'domain.warning', details: { missingSince: after(DAY).toISOString(), losesProofAt: after(8 * DAY).toISOString() } }])
    for (const day of [2, 3, 4, 5, 6, 7]) t.same(await look(day, gone), { checked: 1, missing: 0, lost: 0 }, `day ${day}`)
    t.ok(proven())
    t.match(await look(8, gone), { lost: 1 })
    t.notOk(proven())
    t.match(events.slice(1), [{ type: 'domain.lost', details: { before: { provenance: 'dns' }, after: { verifiedAt: null }, missingSince: after(DAY).toISOString() } }])
  })
}

void t.test('a record that comes back in time is as if it had never gone', async t => {
  const { look, proven, events } = open()
  await look(1, 'ENODATA')
  await look(5, [record])
  await look(9, 'ENODATA')
  t.ok(proven(), 'the week begins anew')
  t.same(events.map(({ type }) => type), ['domain.warning', 'domain.warning'])
})

void t.test('DNS that is ill, silent or refuses says nothing: nobody loses a proof by it', async t => {
  for (const ill of ['ESERVFAIL', 'ETIMEOUT', 'EREFUSED'] as const) {
    const { look, proven, events } = open()
    for (const day of [1, 10, 100]) t.same(await look(day, ill), { checked: 1, missing: 0, lost: 0 })
    t.same(events, [], ill)
    await look(101, 'ENODATA')
    t.same(await look(300, ill), { checked: 1, missing: 0, lost: 0 }, 'also when the record was gone before')
    t.ok(proven())
  }
})

void t.test('what has no code is a fault of ours, and is not told as a record that is gone', async t => {
  const run = recheckDomains({
    domains: { takeDue: async () => [{ tenantId: acme.id, domain: 'acme.test', challenge: 'c', verifiedAt: now, missingSince: null }], noteSeen: async () => true, noteMissing: async () => true, unprove: async () => true },
    lookUpTxt: async () => { throw new TypeError('a fault') },
    events: { save: async () => {} },
    now: () => now
  })
  await t.rejects(run(1), /a fault/)
})

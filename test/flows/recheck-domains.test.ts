// Does a proof outlive its record by a week, and a DNS that is ill for ever?
import t from 'tap'
import { recheckDomains } from '../../src/flows/recheck-domains.ts'
import type { ProvenDomain } from '../../src/tenant/domain.ts'
import { acme, after, now } from '../contracts/cast.ts'

const DAY = 86_400
const record = 'gatehouse-verification=c'
type Dns = readonly string[] | 'ENODATA' | 'ENOTFOUND' | 'ESERVFAIL' | 'ETIMEOUT' | 'EREFUSED'

/** One domain, proven in DNS, and what happens to it; or nothing, where somebody else was quicker. */
function open ({ tooLate = false } = {}) {
  let clock = now
  let domain: ProvenDomain | null = { tenantId: acme.id, domain: 'acme.test', challenge: 'c', verifiedAt: now, missingSince: null }
  let dns: Dns = [record]
  const asked: string[] = []
  const taken: unknown[] = []
  const events: Array<{ type: string, details: unknown }> = []
  const saved: unknown[] = []
  const run = recheckDomains({
    domains: {
      takeDue: async (...words) => { taken.push(words); return domain === null ? [] : [domain] },
      noteSeen: async taken => { domain = { ...taken, missingSince: null }; return !tooLate },
      noteMissing: async (taken, at) => { domain = { ...taken, missingSince: at }; return !tooLate },
      unprove: async () => { domain = null; return !tooLate }
    },
    lookUpTxt: async name => {
      asked.push(name)
      if (typeof dns === 'string') throw Object.assign(new Error(dns), { code: dns })
      return dns
    },
    events: { save: async (event, at) => { events.push({ type: event.type, details: event.details }); saved.push([event, at]) } },
    now: () => clock
  })
  return {
    asked,
    taken,
    events,
    saved,
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

void t.test('what is due is what nobody has looked at for a day, and no more than asked for', async t => {
  const { look, taken } = open()
  await look(3, [record])
  t.strictSame(taken, [[after(2 * DAY), after(3 * DAY), 10]])
})

void t.test('what becomes of a proof is told of the domain, in its tenant, by nobody but the gateway', async t => {
  const { look, saved } = open()
  for (const day of [1, 8]) await look(day, [])
  t.strictSame(saved, [
    [{ type: 'domain.warning', tenantId: acme.id, actor: 'gatehouse', subject: 'acme.test', details: { missingSince: after(DAY).toISOString(), losesProofAt: after(8 * DAY).toISOString() } }, after(DAY)],
    [{ type: 'domain.lost', tenantId: acme.id, actor: 'gatehouse', subject: 'acme.test', details: { before: { verifiedAt: now.toISOString(), provenance: 'dns' }, after: { verifiedAt: null, provenance: null }, missingSince: after(DAY).toISOString() } }, after(8 * DAY)]
  ])
})

void t.test('of a domain that was proven anew or given up during the look nothing is told', async t => {
  const { look, saved } = open({ tooLate: true })
  for (const day of [1, 8]) t.strictSame(await look(day, 'ENODATA'), { checked: 1, missing: 0, lost: 0 })
  t.strictSame(saved, [])
})

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

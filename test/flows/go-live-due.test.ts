// Does what was planned happen at its moment, once, and is it told who did it?
import t from 'tap'
import { goLiveDue, type GoLiveDueNeeds } from '../../src/flows/go-live-due.ts'
import type { AuditEvent } from '../../src/tenant/event.ts'
import { acme, acmeOkta, acmePreview, after, now } from '../contracts/cast.ts'
import { failingNth } from '../world/failing-nth.ts'

function open (plans: Map<string, Date>) {
  const events: AuditEvent[] = []
  const needs = {
    rollOuts: {
      listDue: async (at: Date) => [acmeOkta, acmePreview].filter(({ id }) => (plans.get(id) ?? after(9e6)) <= at).map(({ id }) => ({ tenantId: acme.id, id }))
    },
    together: (async work => await work({
      rollOuts: {
        goLiveIfDue: async (_, id) => {
          const plannedFor = plans.get(id)
          return plans.delete(id) && plannedFor !== undefined ? { before: 'verified' as const, plannedFor } : null
        }
      },
      events: { save: async event => { events.push(event) } }
    })) satisfies GoLiveDueNeeds['together'],
    now: () => now
  }
  return { events, needs, plans }
}

void t.test('what is due goes live and is written down as our own doing; what is not waits', async t => {
  const { needs, events } = open(new Map([[acmeOkta.id, after(-60)], [acmePreview.id, after(60)]]))
  t.equal(await goLiveDue(needs)(), 1)
  t.same(events, [{ type: 'connection.went-live', tenantId: acme.id, actor: 'gatehouse', subject: acmeOkta.id, details: { before: { state: 'verified' }, after: { state: 'live' }, plannedFor: after(-60).toISOString() } }])
})

void t.test('where another replica was quicker, nothing is told twice', async t => {
  const { needs, events, plans } = open(new Map([[acmeOkta.id, now]]))
  const { listDue } = needs.rollOuts
  needs.rollOuts.listDue = async at => {
    const due = await listDue(at)
    plans.clear()
    return due
  }
  t.equal(await goLiveDue(needs)(), 0)
  t.same(events, [])
})

void t.test('whatever fails, no connection goes live twice', async t => {
  const calls = await failingNth(async failure => {
    const { needs, events, plans } = open(new Map([[acmeOkta.id, now], [acmePreview.id, now]]))
    await goLiveDue(failure.meddle(needs))().catch(() => {})
    await goLiveDue(needs)()
    t.equal(plans.size, 0, `${failure.failed()} ${failure.moment}: the next minute does what this one could not`)
    t.equal(new Set(events.map(({ subject }) => subject)).size, events.length)
  })
  t.same(calls, ['rollOuts.listDue', 'together', 'together'])
})

// `/auth/operator/events`: the audit events, with filters in the address, so that what was found can be handed to a colleague.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { AuditEvent } from '../../../tenant/event.ts'
import type { TenantId } from '../../../tenant/id.ts'
import type { Tenant } from '../../../tenant/tenant.ts'
import type { OperatorDesk } from '../../operator-desk.ts'
import { type EventFilter, operatorEventsPage } from '../../pages/operator/events.ts'
import { paths } from '../../paths.ts'
import { readText } from '../../visitor.ts'
import { findTenant } from '../api/addressed.ts'
import type { EventRoutesNeeds } from '../api/events.ts'
import { fieldFault } from '../api/field.ts'
import { parseMoment } from '../api/moment.ts'
import { pageIn } from './tenants.ts'

export interface EventsPageNeeds extends EventRoutesNeeds {
  readonly desk: OperatorDesk
  readonly tenants: { find (tenant: string): Promise<Tenant | null> }
}

type Listed = AuditEvent & { readonly id: string, readonly at: Date }

const names = ['tenant', 'type', 'actor', 'subject', 'from', 'to'] as const

export function eventsPage (app: FastifyInstance, needs: EventsPageNeeds): void {
  const { desk, tenants, events } = needs

  app.get(`${paths.operator}/events`, async (request, reply) => {
    const { frame } = await desk.see(request)
    const filter = filterIn(request)
    const given = (name: 'type' | 'actor' | 'subject') => filter[name] === '' ? null : filter[name]
    const tenantId = filter.tenant === '' ? null : (await findTenant(needs, filter)).id
    const { items, next } = await events.list({ tenantId, type: given('type'), actor: given('actor'), subject: given('subject'), from: momentIn('from', filter.from), to: momentIn('to', filter.to) }, pageIn(request))
    const slugOf = await slugsOf(tenants, items)
    return await desk.send(reply, operatorEventsPage({
      ...frame,
      filter,
      events: items.map(({ at, type, tenantId: of, actor, address = null, subject, reference = null, details = {} }) => ({
        at, type, tenant: of === null ? null : slugOf.get(of) ?? null, actor, address, subject, reference, details: Object.keys(details).length === 0 ? '' : JSON.stringify(details)
      })),
      query: `?${new URLSearchParams(names.flatMap(name => filter[name] === '' ? [] : [[name, filter[name]]])).toString()}`,
      next
    }))
  })
}

/** What could stand in no event is refused: a store would fault at some of it. */
function filterIn (request: FastifyRequest): EventFilter {
  const read = (name: typeof names[number]): string => {
    const text = readText(request.query, name, 255)?.trim() ?? ''
    if (!/^[\x21-\x7e]*$/.test(text)) throw fieldFault(name, `${name} is a word without spaces.`)
    return text
  }
  return { tenant: read('tenant'), type: read('type'), actor: read('actor'), subject: read('subject'), from: read('from'), to: read('to') }
}

// A day or a minute without a zone is in UTC, as the page says.
function momentIn (field: string, text: string): Date | null {
  if (text === '') return null
  const whole = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text) ? `${text}:00Z` : text
  return parseMoment(field, whole)
}

/** A deleted tenant has none. */
async function slugsOf (tenants: EventsPageNeeds['tenants'], items: readonly Listed[]): Promise<ReadonlyMap<TenantId, string>> {
  const slugs = new Map<TenantId, string>()
  for (const id of new Set(items.flatMap(({ tenantId }) => tenantId ?? []))) {
    const tenant = await tenants.find(id)
    if (tenant !== null) slugs.set(id, tenant.slug)
  }
  return slugs
}

// `/events`: what has been changed, by whom, and what to look after. Nothing here can be edited or deleted.
import { Type } from 'typebox'
import type { AuditEvent } from '../../../tenant/event.ts'
import type { TenantId } from '../../../tenant/id.ts'
import { findTenant } from './addressed.ts'
import type { TenantsNeed } from './addressed.ts'
import { parseMoment } from './moment.ts'
import { listOf, type Page, PageQuery, type PageRequest, parsePage } from './page.ts'
import { about, Moment, orNull, strict } from './schema-parts.ts'
import type { TypedApp } from './typed-app.ts'

export interface EventRoutesNeeds extends TenantsNeed {
  readonly events: {
    list (wanted: Readonly<Record<'type' | 'actor' | 'subject', string | null> & Record<'from' | 'to', Date | null> & { tenantId: TenantId | null }>, page: PageRequest): Promise<Page<AuditEvent & { readonly id: string, readonly at: Date }>>
  }
}

const EventAnswer = strict({
  id: Type.String(),
  at: Moment,
  type: Type.String({ description: 'What happened: `connection.went-live`, `member.signed-in`, `connection.warning`, `identity.conflict`, …' }),
  tenantId: orNull(Type.String()),
  actor: Type.String({ description: 'A member, a setup link (`lnk-…`), an API key (`apk-…`), `operator`, or `gatehouse` itself.' }),
  address: orNull(Type.String({ description: 'Where the request came from; null for the gateway\'s own chores.' })),
  subject: orNull(Type.String({ description: 'The id of what it happened to.' })),
  reference: orNull(Type.String({ description: 'Of the login that it belongs to.' })),
  details: Type.Unsafe<Readonly<Record<string, unknown>>>({ type: 'object', additionalProperties: true, description: 'Before and after, without secrets.' })
})

// An id, or the name of a domain.
const Named = { minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' }
const Wanted = strict({
  ...PageQuery.properties,
  tenant: Type.Optional(Type.String({ description: 'Id or slug: the events of this tenant only.' })),
  type: Type.Optional(Type.String({ pattern: '^[a-z-]+(\\.[a-z-]+)?$', maxLength: 64, description: 'Of this type, or of all types that begin so: `connection` for all of connections.' })),
  actor: Type.Optional(Type.String({ ...Named, description: 'What this one did: a member, a setup link, an API key, `operator` or `gatehouse`.' })),
  subject: Type.Optional(Type.String({ ...Named, description: 'What happened to this.' })),
  from: Type.Optional({ ...Moment, description: 'At this moment or later, written with its time zone.' }),
  to: Type.Optional({ ...Moment, description: 'Before this moment.' })
})

export function eventRoutes (app: TypedApp, needs: EventRoutesNeeds): void {
  app.get('/events', { schema: { ...about('Events', 'listEvents', 'List what happened, latest first', 'read'), querystring: Wanted, response: { 200: listOf(EventAnswer) } } }, async ({ query }) => {
    const { tenant, type = null, actor = null, subject = null, from, to, ...page } = query
    const tenantId = tenant === undefined ? null : (await findTenant(needs, { tenant })).id
    const { items, next } = await needs.events.list({ tenantId, type, actor, subject, from: momentIn('from', from), to: momentIn('to', to) }, parsePage(page))
    return { items: items.map(({ id, at, type, tenantId, actor, address = null, subject, reference = null, details = {} }) => ({ id, at: at.toISOString(), type, tenantId, actor, address, subject, reference, details })), next }
  })
}

function momentIn (field: string, text: string | undefined): Date | null {
  return text === undefined ? null : parseMoment(field, text)
}

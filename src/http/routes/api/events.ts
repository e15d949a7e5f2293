// `/events`: what has been changed, by whom, and what to look after. Nothing here can be edited or deleted.
import { Type } from 'typebox'
import type { AuditEvent } from '../../../tenant/event.ts'
import type { TenantId } from '../../../tenant/id.ts'
import { findTenant } from './addressed.ts'
import type { TenantsNeed } from './addressed.ts'
import { listOf, type Page, PageQuery, type PageRequest, parsePage } from './page.ts'
import { about, Moment, orNull, strict } from './schema-parts.ts'
import type { TypedApp } from './typed-app.ts'

export interface EventRoutesNeeds extends TenantsNeed {
  readonly events: {
    list (wanted: { readonly tenantId: TenantId | null, readonly type: string | null }, page: PageRequest): Promise<Page<AuditEvent & { readonly id: string, readonly at: Date }>>
  }
}

const EventAnswer = strict({
  id: Type.String(),
  at: Moment,
  type: Type.String({ description: 'What happened: `connection.went-live`, `member.signed-in`, `connection.warning`, `identity.conflict`, …' }),
  tenantId: orNull(Type.String()),
  actor: Type.String({ description: 'A member, a setup link (`lnk-…`), `operator`, or `gatehouse` itself.' }),
  subject: orNull(Type.String({ description: 'The id of what it happened to.' })),
  reference: orNull(Type.String({ description: 'Of the login that it belongs to.' })),
  details: Type.Unsafe<Readonly<Record<string, unknown>>>({ type: 'object', additionalProperties: true, description: 'Before and after, without secrets.' })
})

const Wanted = strict({
  ...PageQuery.properties,
  tenant: Type.Optional(Type.String({ description: 'Id or slug: the events of this tenant only.' })),
  type: Type.Optional(Type.String({ pattern: '^[a-z-]+(\\.[a-z-]+)?$', maxLength: 64, description: 'Of this type, or of all types that begin so: `connection` for all of connections.' }))
})

export function eventRoutes (app: TypedApp, needs: EventRoutesNeeds): void {
  app.get('/events', { schema: { ...about('Events', 'listEvents', 'List what happened, latest first', 'read'), querystring: Wanted, response: { 200: listOf(EventAnswer) } } }, async ({ query }) => {
    const { tenant, type = null, ...page } = query
    const tenantId = tenant === undefined ? null : (await findTenant(needs, { tenant })).id
    const { items, next } = await needs.events.list({ tenantId, type }, parsePage(page))
    return { items: items.map(({ id, at, type, tenantId, actor, subject, reference = null, details = {} }) => ({ id, at: at.toISOString(), type, tenantId, actor, subject, reference, details })), next }
  })
}

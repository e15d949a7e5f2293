// `/tenants`: who the customers are and what they allow.
import { Type } from 'typebox'
import type { Static } from 'typebox'
import type { Connection } from '../../../tenant/connection.ts'
import { difference } from '../../../tenant/difference.ts'
import { buildId, ID_BYTES } from '../../../tenant/id.ts'
import type { ConnectionId, TenantId } from '../../../tenant/id.ts'
import { parseName, parseRoles } from '../../../tenant/member.ts'
import { ADMIN_ROLE, checkEnforceable, parseSlug } from '../../../tenant/tenant.ts'
import type { Tenant } from '../../../tenant/tenant.ts'
import type { UrlPolicy } from '../../../tenant/url.ts'
import { findTenant, notFound } from './addressed.ts'
import { record, type RecordedNeeds } from './audit.ts'
import { given, parseUrlBy, unlessNull } from './field.ts'
import { by } from './operator-token.ts'
import { listOf, PageQuery, parsePage } from './page.ts'
import type { Page, PageRequest } from './page.ts'
import { about, anyOf, Done, Name, orNull, Roles, Slug, strict, TenantPath, Url } from './schema-parts.ts'
import type { TypedApp } from './typed-app.ts'

export interface TenantRoutesNeeds extends UrlPolicy, RecordedNeeds<{
  readonly tenants: {
    save (tenant: Tenant, now: Date): Promise<void>
    change (id: TenantId, changes: Partial<Omit<Tenant, 'id'>>, now: Date): Promise<Tenant | null>
    remove (id: TenantId): Promise<boolean>
  }
}> {
  readonly tenants: {
    find (tenant: string): Promise<Tenant | null>
    list (page: PageRequest): Promise<Page<Tenant>>
  }
  readonly connections: { list (tenantId: TenantId): Promise<readonly Connection[]> }
  readonly rollOuts: { hasSignedIn (tenantId: TenantId, role: string): Promise<boolean> }
  readonly forgetProvider: (connectionId: ConnectionId) => void
  readonly now: () => Date
  readonly random: (bytes: number) => Uint8Array
}

// A year: longer than anybody means, and inside what the database counts.
const Seconds = orNull(Type.Integer({ minimum: 15, maximum: 31_536_000, description: 'Shorter than the gateway\'s own, or null for the gateway\'s.' }))

const fields = {
  slug: Slug,
  name: Name,
  admission: Type.Enum(['invited', 'just-in-time'], { default: 'invited', description: 'Whether somebody unknown in a verified domain becomes a member at the first sign-in.' }),
  defaultRoles: Roles,
  ssoEntitled: Type.Boolean({ default: true, description: 'Whether the customer has bought single sign-on. `false` refuses at every door.' }),
  enforcement: Type.Enum(['optional', 'required'], { default: 'optional', description: '`required` once a member with the role `admin` has signed in through a live connection.' }),
  homeUrl: orNull(Url),
  fallbackLoginUrl: orNull(Url),
  sessionIdleSeconds: Seconds,
  sessionLifetimeSeconds: Seconds
}
const TenantAnswer = strict({ id: Type.String(), ...fields })
const TenantChanges = anyOf(fields)
const NewTenant = strict({ ...TenantChanges.properties, slug: fields.slug, name: fields.name })

const defaults = {
  admission: 'invited',
  defaultRoles: [],
  ssoEntitled: true,
  enforcement: 'optional',
  homeUrl: null,
  fallbackLoginUrl: null,
  sessionIdleSeconds: null,
  sessionLifetimeSeconds: null
} as const

export function tenantRoutes (app: TypedApp, needs: TenantRoutesNeeds): void {
  app.post('/tenants', { schema: { ...about('Tenants', 'createTenant', 'Make a tenant', 'admin'), body: NewTenant, response: { 201: TenantAnswer } } }, async (request, reply) => {
    const { slug, name, enforcement } = request.body
    if (enforcement === 'required') checkEnforceable(false)
    const tenant: Tenant = { id: buildId('tnt', needs.random(ID_BYTES)), ...defaults, slug, name, ...parseTenant(request.body, needs) }
    const now = needs.now()
    await needs.together(async ({ tenants, events }) => {
      await tenants.save(tenant, now)
      await record({ events }, by(request), { type: 'tenant.created', tenantId: tenant.id, subject: tenant.id, details: { after: tenant } }, now)
    })
    reply.code(201)
    return answer(tenant)
  })

  app.get('/tenants', { schema: { ...about('Tenants', 'listTenants', 'List tenants, oldest first', 'read'), querystring: PageQuery, response: { 200: listOf(TenantAnswer) } } }, async request => {
    const { items, next } = await needs.tenants.list(parsePage(request.query))
    return { items: items.map(answer), next }
  })

  app.get('/tenants/:tenant', { schema: { ...about('Tenants', 'getTenant', 'Read a tenant', 'read'), params: TenantPath, response: { 200: TenantAnswer } } }, async request => {
    return answer(await findTenant(needs, request.params))
  })

  app.patch('/tenants/:tenant', { schema: { ...about('Tenants', 'changeTenant', 'Change a tenant', 'admin'), params: TenantPath, body: TenantChanges, response: { 200: TenantAnswer } } }, async request => {
    const before = await findTenant(needs, request.params)
    if (request.body.enforcement === 'required' && before.enforcement !== 'required') checkEnforceable(await needs.rollOuts.hasSignedIn(before.id, ADMIN_ROLE))
    const now = needs.now()
    const changes = parseTenant(request.body, needs)
    return answer(await needs.together(async ({ tenants, events }) => {
      const after = await tenants.change(before.id, changes, now)
      if (after === null) throw notFound('tenant')
      const details = difference(before, after)
      if (details !== null) await record({ events }, by(request), { type: 'tenant.changed', tenantId: after.id, subject: after.id, details }, now)
      return after
    }))
  })

  app.delete('/tenants/:tenant', { schema: { ...about('Tenants', 'deleteTenant', 'Delete a tenant with everything that belongs to it', 'admin'), params: TenantPath, response: { 204: Done } } }, async (request, reply) => {
    const tenant = await findTenant(needs, request.params)
    const connections = await needs.connections.list(tenant.id)
    const now = needs.now()
    await needs.together(async ({ tenants, events }) => {
      if (!await tenants.remove(tenant.id)) throw notFound('tenant')
      await record({ events }, by(request), { type: 'tenant.deleted', tenantId: tenant.id, subject: tenant.id, details: { before: tenant } }, now)
    })
    for (const connection of connections) needs.forgetProvider(connection.id)
    return await reply.code(204).send(null)
  })
}

function parseTenant ({ slug, name, defaultRoles, homeUrl, fallbackLoginUrl, ...rest }: Static<typeof TenantChanges>, policy: UrlPolicy) {
  const parseUrl = unlessNull(parseUrlBy(policy))
  return {
    ...rest,
    ...given('slug', slug, parseSlug),
    ...given('name', name, parseName),
    ...given('defaultRoles', defaultRoles, parseRoles),
    ...given('homeUrl', homeUrl, parseUrl),
    ...given('fallbackLoginUrl', fallbackLoginUrl, parseUrl)
  }
}

function answer (tenant: Tenant): Static<typeof TenantAnswer> {
  return { ...tenant, defaultRoles: [...tenant.defaultRoles] }
}

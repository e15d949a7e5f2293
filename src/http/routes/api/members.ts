// `/tenants/:tenant/members`: who a tenant's people are to the vendor.
import { Type } from 'typebox'
import type { Static } from 'typebox'
import { type ChangeMember, toldOfMember } from '../../../flows/change-member.ts'
import { parseEmail } from '../../../tenant/email.ts'
import { buildId, ID_BYTES } from '../../../tenant/id.ts'
import type { TenantId } from '../../../tenant/id.ts'
import { parseName, parseRoles } from '../../../tenant/member.ts'
import type { Member, MemberStatus } from '../../../tenant/member.ts'
import { findMember, findTenant, notFound } from './addressed.ts'
import type { TenantsNeed } from './addressed.ts'
import { record, type RecordedNeeds } from './audit.ts'
import { given, parseLine, unlessNull } from './field.ts'
import { by } from './operator-token.ts'
import { listOf, PageQuery, parsePage } from './page.ts'
import type { Page, PageRequest } from './page.ts'
import { about, anyOf, Done, Email, MemberPath, Name, orNull, Roles, strict, TenantPath } from './schema-parts.ts'
import type { TypedApp } from './typed-app.ts'

export interface MemberRoutesNeeds extends TenantsNeed, RecordedNeeds<{
  readonly members: {
    save (member: Member, now: Date): Promise<void>
    remove (tenantId: TenantId, id: string): Promise<boolean>
  }
}> {
  readonly members: {
    find (tenantId: TenantId, id: string): Promise<Member | null>
    list (tenantId: TenantId, page: PageRequest, filter?: { readonly status?: MemberStatus, readonly email?: string }): Promise<Page<Member>>
  }
  readonly changeMember: ChangeMember
  readonly now: () => Date
  readonly random: (bytes: number) => Uint8Array
}

const fields = {
  email: Email,
  name: Name,
  roles: Roles,
  status: Type.Enum(['invited', 'active', 'suspended'], { default: 'invited' }),
  externalId: orNull(Type.String({ minLength: 1, maxLength: 200, description: 'The product\'s own id of this person.' }))
}
const MemberAnswer = strict({ id: Type.String(), tenantId: Type.String(), ...fields })
const MemberChanges = anyOf(fields)
const NewMember = strict({ ...MemberChanges.properties, email: fields.email })
const MemberQuery = strict({
  ...PageQuery.properties,
  status: Type.Optional(Type.Enum(['invited', 'active', 'suspended'])),
  email: Type.Optional(Type.String({ minLength: 3, maxLength: 254, description: 'The one member with this address.' }))
})

export function memberRoutes (app: TypedApp, needs: MemberRoutesNeeds): void {
  app.post('/tenants/:tenant/members', { schema: { ...about('Members', 'createMember', 'Make a member; without roles they get the tenant\'s default roles, without a name their address', 'admin'), params: TenantPath, body: NewMember, response: { 201: MemberAnswer } } }, async (request, reply) => {
    const tenant = await findTenant(needs, request.params)
    const parsed = parseMember(request.body)
    const email = parsed.email ?? request.body.email
    const member: Member = {
      name: email.slice(0, 200),
      roles: tenant.defaultRoles,
      status: 'invited',
      externalId: null,
      ...parsed,
      email,
      id: buildId('mem', needs.random(ID_BYTES)),
      tenantId: tenant.id
    }
    const now = needs.now()
    await needs.together(async ({ members, events }) => {
      await members.save(member, now)
      await record({ events }, by(request), { type: 'member.created', tenantId: tenant.id, subject: member.id, details: { after: toldOfMember(member) } }, now)
    })
    reply.code(201)
    return answer(member)
  })

  app.get('/tenants/:tenant/members', { schema: { ...about('Members', 'listMembers', 'List the members of a tenant, oldest first', 'read'), params: TenantPath, querystring: MemberQuery, response: { 200: listOf(MemberAnswer) } } }, async request => {
    const tenant = await findTenant(needs, request.params)
    const { status, email, ...page } = request.query
    const filter = { ...(status === undefined ? {} : { status }), ...given('email', email, text => parseEmail(text).address) }
    const { items, next } = await needs.members.list(tenant.id, parsePage(page), filter)
    return { items: items.map(answer), next }
  })

  app.get('/tenants/:tenant/members/:member', { schema: { ...about('Members', 'getMember', 'Read a member', 'read'), params: MemberPath, response: { 200: MemberAnswer } } }, async request => {
    return answer((await findMember(needs, request.params)).member)
  })

  app.patch('/tenants/:tenant/members/:member', { schema: { ...about('Members', 'changeMember', 'Change a member; it counts at their next request', 'admin'), params: MemberPath, body: MemberChanges, response: { 200: MemberAnswer } } }, async request => {
    const { member: before } = await findMember(needs, request.params)
    return answer(await needs.changeMember(before, parseMember(request.body), by(request)))
  })

  app.delete('/tenants/:tenant/members/:member', { schema: { ...about('Members', 'deleteMember', 'Delete a member; whoever must stay out is suspended instead', 'admin'), params: MemberPath, response: { 204: Done } } }, async (request, reply) => {
    const { tenant, member } = await findMember(needs, request.params)
    const now = needs.now()
    await needs.together(async ({ members, events }) => {
      if (!await members.remove(tenant.id, member.id)) throw notFound('member')
      await record({ events }, by(request), { type: 'member.deleted', tenantId: tenant.id, subject: member.id, details: { before: toldOfMember(member) } }, now)
    })
    return await reply.code(204).send(null)
  })
}

function parseMember ({ email, name, roles, externalId, ...rest }: Static<typeof MemberChanges>) {
  return {
    ...rest,
    ...given('email', email, text => parseEmail(text).address),
    ...given('name', name, parseName),
    ...given('roles', roles, parseRoles),
    ...given('externalId', externalId, unlessNull(parseLine))
  }
}

function answer (member: Member): Static<typeof MemberAnswer> {
  return { id: member.id, tenantId: member.tenantId, ...toldOfMember(member) }
}

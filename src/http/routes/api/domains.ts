// `/tenants/:tenant/domains`: which email domains a tenant calls its own, and on what evidence.
import { Type } from 'typebox'
import type { Static } from 'typebox'
import { findDoubt } from '../../../flows/prove-domain.ts'
import { difference } from '../../../tenant/difference.ts'
import { domainRecord, parseTenantDomain } from '../../../tenant/domain.ts'
import type { DomainProvenance, TenantDomain } from '../../../tenant/domain.ts'
import { normalizeDomain } from '../../../tenant/email.ts'
import { buildWord } from '../../../tenant/id.ts'
import type { TenantId } from '../../../tenant/id.ts'
import type { Tenant } from '../../../tenant/tenant.ts'
import { TenantRefusal } from '../../../tenant/refusal.ts'
import { findTenant, notFound } from './addressed.ts'
import type { TenantsNeed } from './addressed.ts'
import { record, type RecordedNeeds } from './audit.ts'
import { by } from './operator-token.ts'
import { listOf, pageOfAll, PageQuery } from './page.ts'
import { about, anyOf, DomainPath, Done, Moment, orNull, strict, TenantPath } from './schema-parts.ts'
import type { TypedApp } from './typed-app.ts'

export interface DomainRoutesNeeds extends TenantsNeed, RecordedNeeds<{
  readonly domains: {
    save (tenantId: TenantId, domain: { domain: string, challenge: string }, now: Date): Promise<TenantDomain>
    verify (tenantId: TenantId, domain: string, provenance: DomainProvenance, now: Date): Promise<TenantDomain | null>
    remove (tenantId: TenantId, domain: string): Promise<boolean>
  }
}> {
  readonly domains: {
    find (tenantId: TenantId, domain: string): Promise<TenantDomain | null>
    list (tenantId: TenantId): Promise<readonly TenantDomain[]>
  }
  /** The TXT records of a name, each joined into one text. Rejects as `node:dns` does. */
  readonly lookUpTxt: (name: string) => Promise<readonly string[]>
  readonly now: () => Date
  readonly random: (bytes: number) => Uint8Array
}

const DomainAnswer = strict({
  domain: Type.String(),
  record: strict({ type: Type.Enum(['TXT']), name: Type.String(), value: Type.String() }),
  verifiedAt: orNull(Moment),
  provenance: Type.Unsafe<DomainProvenance | null>({ type: ['string', 'null'], enum: ['dns', 'operator', null] })
})
const NewDomain = strict({ domain: Type.String({ minLength: 1, maxLength: 254 }) })
const Verification = anyOf({ provenance: Type.Enum(['operator'], { description: 'On the operator\'s word. Left out: by looking in DNS.' }) })

// 160 random bits: nobody can have put it there by chance or beforehand.
const CHALLENGE_BYTES = 32

export function domainRoutes (app: TypedApp, needs: DomainRoutesNeeds): void {
  const find = async (path: Static<typeof DomainPath>): Promise<{ tenant: Tenant, domain: TenantDomain }> => {
    const tenant = await findTenant(needs, path)
    const name = normalizeDomain(path.domain)
    const domain = name === null ? null : await needs.domains.find(tenant.id, name)
    if (domain === null) throw notFound('domain')
    return { tenant, domain }
  }

  app.post('/tenants/:tenant/domains', { schema: { ...about('Domains', 'claimDomain', 'Claim an email domain; claiming it again changes nothing', 'admin'), params: TenantPath, body: NewDomain, response: { 200: DomainAnswer, 201: DomainAnswer } } }, async (request, reply) => {
    const tenant = await findTenant(needs, request.params)
    const name = parseTenantDomain(request.body.domain)
    const known = await needs.domains.find(tenant.id, name)
    if (known !== null) return answer(known)
    const now = needs.now()
    const challenge = buildWord(needs.random(CHALLENGE_BYTES))
    const domain = await needs.together(async ({ domains, events }) => {
      const saved = await domains.save(tenant.id, { domain: name, challenge }, now)
      await record({ events }, by(request), { type: 'domain.claimed', tenantId: tenant.id, subject: name }, now)
      return saved
    })
    reply.code(201)
    return answer(domain)
  })

  app.get('/tenants/:tenant/domains', { schema: { ...about('Domains', 'listDomains', 'List the domains of a tenant', 'read'), params: TenantPath, querystring: PageQuery, response: { 200: listOf(DomainAnswer) } } }, async request => {
    const tenant = await findTenant(needs, request.params)
    const { items, next } = pageOfAll(await needs.domains.list(tenant.id), request.query, domain => domain.domain)
    return { items: items.map(answer), next }
  })

  app.delete('/tenants/:tenant/domains/:domain', { schema: { ...about('Domains', 'deleteDomain', 'Give up a domain', 'admin'), params: DomainPath, response: { 204: Done } } }, async (request, reply) => {
    const { tenant, domain } = await find(request.params)
    const now = needs.now()
    await needs.together(async ({ domains, events }) => {
      if (!await domains.remove(tenant.id, domain.domain)) throw notFound('domain')
      await record({ events }, by(request), { type: 'domain.deleted', tenantId: tenant.id, subject: domain.domain, details: { before: told(domain) } }, now)
    })
    return await reply.code(204).send(null)
  })

  app.post('/tenants/:tenant/domains/:domain/verify', { schema: { ...about('Domains', 'verifyDomain', 'Prove a domain, by its DNS record or on the operator\'s word', 'admin'), params: DomainPath, body: Verification, response: { 200: DomainAnswer } } }, async request => {
    const { tenant, domain } = await find(request.params)
    const provenance = request.body.provenance ?? 'dns'
    if (provenance === 'dns') {
      const detail = await findDoubt(domain, needs.lookUpTxt)
      if (detail !== null) throw new TenantRefusal('domain-not-proven', detail)
    }
    const now = needs.now()
    return answer(await needs.together(async ({ domains, events }) => {
      const verified = await domains.verify(tenant.id, domain.domain, provenance, now)
      if (verified === null) throw notFound('domain')
      await record({ events }, by(request), { type: 'domain.verified', tenantId: tenant.id, subject: domain.domain, details: { ...difference(told(domain), told(verified)) } }, now)
      return verified
    }))
  })
}

function told ({ verifiedAt, provenance }: TenantDomain) {
  return { verifiedAt: verifiedAt?.toISOString() ?? null, provenance }
}

function answer (domain: TenantDomain): Static<typeof DomainAnswer> {
  return { domain: domain.domain, record: domainRecord(domain), ...told(domain) }
}

// Is an email domain the tenant's own? Claimed by a name, proven by a record that only who runs its DNS can set.
import { plainText } from '../oidc/plain-text.ts'
import { type DomainProvenance, domainRecord, parseTenantDomain, type TenantDomain } from '../tenant/domain.ts'
import type { AuditEvent, By } from '../tenant/event.ts'
import { buildWord, type TenantId } from '../tenant/id.ts'
import { TenantRefusal } from '../tenant/refusal.ts'

export interface ProveDomainNeeds {
  readonly domains: { find (tenantId: TenantId, domain: string): Promise<TenantDomain | null> }
  /** What is written through these is kept whole, or not at all. */
  together<T> (work: (stores: {
    readonly domains: {
      save (tenantId: TenantId, domain: { domain: string, challenge: string }, now: Date): Promise<TenantDomain>
      verify (tenantId: TenantId, domain: string, provenance: DomainProvenance, now: Date): Promise<TenantDomain | null>
      remove (tenantId: TenantId, domain: string): Promise<boolean>
    }
    readonly events: { save (event: AuditEvent, now: Date): Promise<void> }
  }) => Promise<T>): Promise<T>
  /** The TXT records of a name, each joined into one text. Rejects as `node:dns` does. */
  readonly lookUpTxt: (name: string) => Promise<readonly string[]>
  readonly now: () => Date
  readonly random: (bytes: number) => Uint8Array
}

// 160 random bits: nobody can have put it there by chance or beforehand.
const CHALLENGE_BYTES = 32

/** Claims what was typed; what is claimed already stays as it is. @throws TenantRefusal `domain-malformed`, `domain-public` */
export function claimDomain (needs: ProveDomainNeeds) {
  return async function (tenantId: TenantId, typed: string, by: By): Promise<TenantDomain> {
    const name = parseTenantDomain(typed)
    const known = await needs.domains.find(tenantId, name)
    if (known !== null) return known
    const now = needs.now()
    const challenge = buildWord(needs.random(CHALLENGE_BYTES))
    return await needs.together(async ({ domains, events }) => {
      const domain = await domains.save(tenantId, { domain: name, challenge }, now)
      await events.save({ type: 'domain.claimed', tenantId, ...by, subject: name }, now)
      return domain
    })
  }
}

/**
 * Looks in DNS. @returns null when the domain is proven, now or before; else what was looked for and what was seen.
 * @throws TenantRefusal `not-found`, `already-exists` when another tenant has proven it.
 */
export function proveDomain (needs: ProveDomainNeeds) {
  return async function (tenantId: TenantId, name: string, by: By): Promise<string | null> {
    const domain = await needs.domains.find(tenantId, name)
    if (domain === null) throw new TenantRefusal('not-found', 'There is no such domain.')
    if (domain.verifiedAt !== null) return null
    const doubt = await findDoubt(domain, needs.lookUpTxt)
    if (doubt !== null) return doubt
    const now = needs.now()
    // The record was looked up for this challenge; a domain that was given up meanwhile is not found any more.
    await needs.together(async ({ domains, events }) => {
      if (await domains.verify(tenantId, name, 'dns', now) === null) throw new TenantRefusal('not-found', 'There is no such domain.')
      await events.save({ type: 'domain.verified', tenantId, ...by, subject: name, details: { before: { verifiedAt: null, provenance: null }, after: { verifiedAt: now.toISOString(), provenance: 'dns' } } }, now)
    })
    return null
  }
}

/** Takes back a claim that was a slip of the pen. What is proven stays. @throws TenantRefusal `not-found` */
export function dropClaim (needs: ProveDomainNeeds) {
  return async function (tenantId: TenantId, name: string, by: By): Promise<void> {
    const domain = await needs.domains.find(tenantId, name)
    if (domain === null || domain.verifiedAt !== null) throw noClaim()
    await needs.together(async ({ domains, events }) => {
      if (!await domains.remove(tenantId, name)) throw noClaim()
      await events.save({ type: 'domain.deleted', tenantId, ...by, subject: name, details: { before: { verifiedAt: null, provenance: null } } }, needs.now())
    })
  }
}

function noClaim (): TenantRefusal {
  return new TenantRefusal('not-found', 'There is no such claim.')
}

/** Null when the record is there; else what was looked for and what was seen, since the usual mistake is visible in the two. */
export async function findDoubt (domain: TenantDomain, lookUpTxt: ProveDomainNeeds['lookUpTxt']): Promise<string | null> {
  const { name, value } = domainRecord(domain)
  const wanted = `Looked for a TXT record "${value}" at ${name}`
  let seen: readonly string[]
  try {
    seen = await lookUpTxt(name)
  } catch (error) {
    const code = error instanceof Error ? Reflect.get(error, 'code') : undefined
    if (typeof code !== 'string') throw error
    if (code !== 'ENODATA' && code !== 'ENOTFOUND') return `${wanted}, and DNS gave no answer (${plainText(code, 40)}). Try again.`
    seen = []
  }
  if (seen.some(text => text.trim() === value)) return null
  const found = seen.slice(0, 5).map(text => `"${plainText(text, 100)}"`).join(', ')
  return `${wanted}, and saw ${found === '' ? 'none' : found}. A new record can take a while to be seen.`
}

// Does a domain that was proven in DNS still carry its record? Looked at once a day; one that is gone has a week to come back.
import { domainRecord, judgeRecord, type ProvenDomain, RECORD_GRACE_SECONDS, type SeenRecord } from '../tenant/domain.ts'
import type { AuditEvent } from '../tenant/event.ts'

export interface RecheckDomainsNeeds {
  readonly domains: {
    /** Takes those that nobody has looked at since `before`, and notes that somebody does now: two replicas never take the same. */
    takeDue (before: Date, now: Date, limit: number): Promise<readonly ProvenDomain[]>
    /** Each is false when the domain has been proven anew, or given up, since it was taken. */
    noteSeen (domain: ProvenDomain): Promise<boolean>
    noteMissing (domain: ProvenDomain, now: Date): Promise<boolean>
    unprove (domain: ProvenDomain): Promise<boolean>
  }
  /** The TXT records of a name, each joined into one text. Rejects as `node:dns` does. */
  readonly lookUpTxt: (name: string) => Promise<readonly string[]>
  readonly events: { save (event: AuditEvent, now: Date): Promise<void> }
  readonly now: () => Date
}

export interface Rechecked {
  readonly checked: number
  readonly missing: number
  readonly lost: number
}

const DAY_MS = 86_400_000

export function recheckDomains (needs: RecheckDomainsNeeds) {
  /** @param limit how many to look at, since DNS may take its time with each. */
  return async function (limit: number): Promise<Rechecked> {
    const now = needs.now()
    const due = await needs.domains.takeDue(new Date(now.getTime() - DAY_MS), now, limit)
    let [missing, lost] = [0, 0]
    for (const domain of due) {
      const verdict = judgeRecord(domain, await look(needs, domain), now)
      if (verdict === 'back') await needs.domains.noteSeen(domain)
      if (verdict === 'warn' && await needs.domains.noteMissing(domain, now)) {
        missing++
        await note(needs, 'domain.warning', domain, { missingSince: now.toISOString(), losesProofAt: new Date(now.getTime() + RECORD_GRACE_SECONDS * 1000).toISOString() }, now)
      }
      if (verdict === 'lose' && await needs.domains.unprove(domain)) {
        lost++
        await note(needs, 'domain.lost', domain, { before: { verifiedAt: domain.verifiedAt.toISOString(), provenance: 'dns' }, after: { verifiedAt: null, provenance: null }, missingSince: domain.missingSince?.toISOString() ?? null }, now)
      }
    }
    return { checked: due.length, missing, lost }
  }
}

async function note (needs: RecheckDomainsNeeds, type: string, { tenantId, domain }: ProvenDomain, details: Record<string, unknown>, now: Date): Promise<void> {
  await needs.events.save({ type, tenantId, actor: 'gatehouse', subject: domain, details }, now)
}

async function look ({ lookUpTxt }: RecheckDomainsNeeds, domain: ProvenDomain): Promise<SeenRecord> {
  const { name, value } = domainRecord(domain)
  try {
    return (await lookUpTxt(name)).some(text => text.trim() === value) ? 'there' : 'gone'
  } catch (error) {
    const code = error instanceof Error ? Reflect.get(error, 'code') : undefined
    if (typeof code !== 'string') throw error
    // A server that fails or is silent says nothing about the record; only a name without one does.
    return code === 'ENODATA' || code === 'ENOTFOUND' ? 'gone' : 'unknown'
  }
}

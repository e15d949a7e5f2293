// Which email domains may a tenant call its own?
import { getDomain } from 'tldts'
import { normalizeDomain } from './email.ts'
import type { TenantId } from './id.ts'
import { TenantRefusal } from './refusal.ts'

export type DomainProvenance = 'dns' | 'operator'

export interface TenantDomain {
  readonly domain: string
  /** What a DNS TXT record at `_gatehouse.<domain>` must hold to prove ownership. */
  readonly challenge: string
  readonly verifiedAt: Date | null
  readonly provenance: DomainProvenance | null
}

// Whoever "owns" one of these owns the mailboxes of strangers.
const publicMail = 'gmail.com,googlemail.com,outlook.com,hotmail.com,live.com,msn.com,yahoo.com,ymail.com,rocketmail.com,icloud.com,me.com,mac.com,aol.com,gmx.com,gmx.de,gmx.net,web.de,t-online.de,freenet.de,proton.me,protonmail.com,pm.me,tutanota.com,tuta.com,fastmail.com,hey.com,zoho.com,yandex.com,yandex.ru,mail.ru,inbox.ru,bk.ru,list.ru,qq.com,163.com,126.com,sina.com,naver.com,daum.net,hanmail.net,orange.fr,wanadoo.fr,free.fr,laposte.net,sfr.fr,libero.it,virgilio.it,bluewin.ch,seznam.cz,wp.pl,o2.pl,onet.pl,mail.com,email.com,rediffmail.com,comcast.net,verizon.net,att.net,btinternet.com,hotmail.co.uk,yahoo.co.uk,yahoo.co.jp,outlook.de,live.co.uk,mailinator.com,guerrillamail.com,duck.com,privaterelay.appleid.com'.split(',')

/**
 * @returns the domain in the form in which it is stored and compared.
 * @throws TenantRefusal `domain-malformed` for what is no domain, `domain-public` for mailbox providers with all that lies below them, and for whole public suffixes.
 */
export function parseTenantDomain (text: string): string {
  const domain = normalizeDomain(text.trim().replace(/^@/, ''))
  if (domain === null) throw new TenantRefusal('domain-malformed', 'Write a domain as in acme.com.')
  if (isPublicMail(domain)) throw new TenantRefusal('domain-public', 'Everybody can have a mailbox there, so no tenant can own it.')
  // co.uk and github.io have many owners below them.
  if (isPublicSuffix(domain)) throw new TenantRefusal('domain-public', 'That is a public suffix: many owners have domains below it.')
  return domain
}

function isPublicMail (domain: string): boolean {
  return publicMail.some(mail => domain === mail || domain.endsWith(`.${mail}`))
}

function isPublicSuffix (domain: string): boolean {
  return getDomain(domain, { allowPrivateDomains: true }) === null
}

/** A domain that was proven in DNS, with what later looks have found. */
export interface ProvenDomain {
  readonly tenantId: TenantId
  readonly domain: string
  readonly challenge: string
  readonly verifiedAt: Date
  /** Since when its record has been gone; null while it is there. */
  readonly missingSince: Date | null
}

export type SeenRecord = 'there' | 'gone' | 'unknown'

/** How long a proof outlives its record: DNS is moved by people, and they have weekends. */
export const RECORD_GRACE_SECONDS = 7 * 86_400

/** What follows from another look at the record. Who cannot be asked (`unknown`) has said nothing, and nobody loses a proof by it. */
export function judgeRecord ({ missingSince }: Pick<ProvenDomain, 'missingSince'>, seen: SeenRecord, now: Date): 'keep' | 'back' | 'warn' | 'wait' | 'lose' {
  if (seen === 'unknown') return 'wait'
  if (seen === 'there') return missingSince === null ? 'keep' : 'back'
  if (missingSince === null) return 'warn'
  return now.getTime() - missingSince.getTime() >= RECORD_GRACE_SECONDS * 1000 ? 'lose' : 'wait'
}

/** Name and value of the DNS record that proves the domain. */
export function domainRecord (domain: TenantDomain | ProvenDomain): { type: 'TXT', name: string, value: string } {
  return { type: 'TXT', name: `_gatehouse.${domain.domain}`, value: `gatehouse-verification=${domain.challenge}` }
}

import t from 'tap'
import { admit } from '../../src/tenant/admission.ts'
import type { Arrival } from '../../src/tenant/admission.ts'
import type { Member } from '../../src/tenant/member.ts'
import { TenantRefusal } from '../../src/tenant/refusal.ts'
import { acme, ada, idOf } from './acme.ts'

// Every combination of what can be known of somebody at the door. A row leaves out what does not matter to it.
const situations = {
  known: ['nobody', 'active', 'invited', 'suspended'], // the member behind the identity
  email: ['none', 'malformed', 'given'], // what the provider claims
  member: ['none', 'active', 'invited', 'suspended'], // the tenant's member with that email
  identities: ['none', 'elsewhere', 'here'], // of that member: on another connection, on this one
  domain: ['proven', 'not proven'],
  admission: ['invited', 'just-in-time']
} as const

type Situation = { readonly [Name in keyof typeof situations]: typeof situations[Name][number] }
type Row = Partial<{ readonly [Name in keyof Situation]: ReadonlyArray<Situation[Name]> }> & { readonly rule: string, readonly outcome: string }

const rows: readonly Row[] = [
  { rule: 'a suspended person is refused, however well known', known: ['suspended'], outcome: 'member-suspended' },
  { rule: 'a known identity signs in, whatever is claimed of it now', known: ['active', 'invited'], outcome: 'known' },
  { rule: 'an unknown identity without a usable email is nobody', known: ['nobody'], email: ['none', 'malformed'], outcome: 'email-missing' },
  { rule: 'a suspended member does not come back as a new identity', known: ['nobody'], email: ['given'], member: ['suspended'], outcome: 'member-suspended' },
  { rule: 'the word of a tenant about a domain that it has not proven makes nobody a member that exists (BCP-17)', known: ['nobody'], email: ['given'], member: ['active', 'invited'], domain: ['not proven'], outcome: 'email-domain-unverified' },
  { rule: 'the first identity of an expected member is linked', known: ['nobody'], email: ['given'], member: ['active', 'invited'], identities: ['none'], domain: ['proven'], outcome: 'link' },
  { rule: 'a second subject with a known person’s email is refused, also after a fresh invitation', known: ['nobody'], email: ['given'], member: ['active', 'invited'], identities: ['here'], domain: ['proven'], outcome: 'identity-conflict' },
  { rule: 'an identity through another connection waits for a fresh invitation', known: ['nobody'], email: ['given'], member: ['active'], identities: ['elsewhere'], domain: ['proven'], outcome: 'identity-conflict' },
  { rule: 'a fresh invitation links a further identity', known: ['nobody'], email: ['given'], member: ['invited'], identities: ['elsewhere'], domain: ['proven'], outcome: 'link' },
  { rule: 'nobody is made a member on an email outside the proven domains (BCP-17)', known: ['nobody'], email: ['given'], member: ['none'], domain: ['not proven'], outcome: 'email-domain-unverified' },
  { rule: 'where members are invited, strangers stay outside', known: ['nobody'], email: ['given'], member: ['none'], domain: ['proven'], admission: ['invited'], outcome: 'member-unknown' },
  { rule: 'where the tenant admits just in time, a stranger in a proven domain becomes a member', known: ['nobody'], email: ['given'], member: ['none'], domain: ['proven'], admission: ['just-in-time'], outcome: 'create' }
]

const names = ['known', 'email', 'member', 'identities', 'domain', 'admission'] as const

function everySituation (): readonly Situation[] {
  const all: Situation[] = []
  for (const known of situations.known) for (const email of situations.email) for (const member of situations.member) for (const identities of situations.identities) for (const domain of situations.domain) for (const admission of situations.admission) all.push({ known, email, member, identities, domain, admission })
  return all
}

function covers (row: Row, situation: Situation): boolean {
  return names.every(name => {
    const wanted: readonly string[] | undefined = row[name]
    return wanted === undefined || wanted.includes(situation[name])
  })
}

const bob: Member = { ...ada, id: idOf('mem', 1), email: 'bob@acme.test', name: 'Bob' }

function arrivalOf ({ known, email, member, identities, domain, admission }: Situation): Arrival {
  return {
    known: known === 'nobody' ? null : { ...ada, status: known },
    sameEmail: member === 'none' ? null : { member: { ...bob, status: member }, identities },
    domainVerified: domain === 'proven',
    tenant: { admission, defaultRoles: acme.defaultRoles },
    claims: { email: { none: null, malformed: 'bob@evil@acme.test', given: 'Bob@ACME.test' }[email], name: 'Bob' }
  }
}

function outcomeOf (arrival: Arrival): string {
  try {
    return admit(arrival).kind
  } catch (error) {
    if (error instanceof TenantRefusal) return error.code
    throw error
  }
}

for (const row of rows) {
  void t.test(row.rule, async t => {
    const covered = everySituation().filter(situation => covers(row, situation))
    t.ok(covered.length > 0)
    for (const situation of covered) t.equal(outcomeOf(arrivalOf(situation)), row.outcome, JSON.stringify(situation))
  })
}

void t.test('the table says one thing about each of the 576 situations', async t => {
  t.equal(everySituation().length, 576)
  for (const situation of everySituation()) {
    const found = rows.filter(row => covers(row, situation))
    if (found.length !== 1) t.fail(`${found.length} rows for ${JSON.stringify(situation)}`)
  }
})

const stranger = arrivalOf({ known: 'nobody', email: 'given', member: 'none', identities: 'none', domain: 'proven', admission: 'just-in-time' })

void t.test('a known identity keeps the vendor’s email, and a difference is noted', async t => {
  const known = (email: string | null) => admit({ ...stranger, known: ada, claims: { email, name: 'Eve' } })
  t.strictSame(known('eve@acme.test'), { kind: 'known', member: ada, emailDiffers: true })
  t.strictSame(known('ADA@acme.test '), { kind: 'known', member: ada, emailDiffers: false })
  t.strictSame(known(null), { kind: 'known', member: ada, emailDiffers: false })
  t.strictSame(known('no address'), { kind: 'known', member: ada, emailDiffers: false })
})

void t.test('the member that is linked is the one that was found, unchanged', async t => {
  t.strictSame(admit({ ...stranger, sameEmail: { member: bob, identities: 'none' } }), { kind: 'link', member: bob })
})

void t.test('a new member gets the normalized email, the claimed name and the tenant’s default roles, never roles that were claimed', async t => {
  t.strictSame(admit(stranger), { kind: 'create', email: 'bob@acme.test', name: 'Bob', roles: ['reader'] })
  const claims = { ...stranger.claims, roles: ['admin'], groups: ['admin'], email_verified: true }
  t.strictSame(admit({ ...stranger, claims }), { kind: 'create', email: 'bob@acme.test', name: 'Bob', roles: ['reader'] })
})

for (const [claimed, name] of [
  ['  Bob\tBuilder ', 'Bob Builder'],
  [null, 'bob@acme.test'],
  ['', 'bob@acme.test'],
  [' \u0000 ', 'bob@acme.test'],
  ['\u200b', 'bob@acme.test'],
  ['x'.repeat(201), 'bob@acme.test']
] as const) {
  void t.test(`a useless name is no reason to turn somebody away: ${JSON.stringify(claimed)?.slice(0, 20)}`, async t => {
    t.match(admit({ ...stranger, claims: { email: 'bob@acme.test', name: claimed } }), { kind: 'create', name })
  })
}

void t.test('the name made of a long email is cut', async t => {
  const email = `bob@${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(40)}.test`
  t.match(admit({ ...stranger, claims: { email, name: null } }), { kind: 'create', email, name: email.slice(0, 200) })
})

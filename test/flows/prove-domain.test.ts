// Is a claim proven by its record alone, once, and is everything that is done to it written down with who did it?
import t from 'tap'
import { claimDomain, dropClaim, findDoubt, proveDomain, type ProveDomainNeeds } from '../../src/flows/prove-domain.ts'
import type { TenantDomain } from '../../src/tenant/domain.ts'
import { TenantRefusal } from '../../src/tenant/refusal.ts'
import { acme, globex, now } from '../contracts/cast.ts'
import { createRandom } from '../world/randomness.ts'

const by = { actor: 'lnk-acme', address: '192.0.2.7' }
const claim: TenantDomain = { domain: 'acme.test', challenge: 'c', verifiedAt: null, provenance: null }
const proven: TenantDomain = { ...claim, verifiedAt: new Date(0), provenance: 'operator' }
const record = 'gatehouse-verification=c'
const nothing = { verifiedAt: null, provenance: null }

type Written = Parameters<Parameters<ProveDomainNeeds['together']>[0]>[0]['domains']

/** One domain of Acme, or none, and what DNS says of it. */
function open (domain: TenantDomain | null, changes: Partial<Written> = {}, dns: () => readonly string[] = () => [record]) {
  const done: unknown[] = []
  const needs: ProveDomainNeeds = {
    domains: { find: async (tenantId, name) => tenantId === acme.id && name === domain?.domain ? domain : null },
    together: async work => await work({
      domains: {
        save: async (tenantId, saved, at) => { done.push(['save', tenantId, saved.domain, at]); return { ...claim, ...saved } },
        verify: async (...words) => { done.push(['verify', ...words]); return claim },
        remove: async (...words) => { done.push(['remove', ...words]); return true },
        ...changes
      },
      events: { save: async (event, at) => { done.push([event, at]) } }
    }),
    lookUpTxt: async name => { done.push(['look', name]); return dns() },
    now: () => now,
    random: createRandom('challenges')
  }
  return { done, claim: claimDomain(needs), prove: proveDomain(needs), drop: dropClaim(needs) }
}

const event = { tenantId: acme.id, ...by, subject: 'acme.test' }
const notFound = { name: 'TenantRefusal', code: 'not-found' }

void t.test('a claim is made once, in the form in which it is compared, with a challenge that nobody can guess', async t => {
  const fresh = open(null)
  const made = await fresh.claim(acme.id, ' @ACME.test', by)
  t.match(made.challenge, /^[2-9a-z]{32}$/)
  t.strictSame(fresh.done, [['save', acme.id, 'acme.test', now], [{ type: 'domain.claimed', ...event }, now]])
  t.not((await fresh.claim(acme.id, 'other.test', by)).challenge, made.challenge)
  for (const known of [claim, proven]) {
    const again = open(known)
    t.strictSame(await again.claim(acme.id, 'acme.test', by), known)
    t.strictSame(again.done, [], 'and changes nothing')
  }
})

void t.test('the record proves the claim, by DNS and from now on', async t => {
  const { prove, done } = open(claim)
  t.equal(await prove(acme.id, 'acme.test', by), null)
  t.strictSame(done, [['look', '_gatehouse.acme.test'], ['verify', acme.id, 'acme.test', 'dns', now], [{ type: 'domain.verified', ...event, details: { before: nothing, after: { verifiedAt: now.toISOString(), provenance: 'dns' } } }, now]])
})

void t.test('what is proven already is neither looked at nor written again, whoever gave their word', async t => {
  const { prove, done } = open(proven, {}, () => [])
  t.equal(await prove(acme.id, 'acme.test', by), null)
  t.strictSame(done, [])
})

void t.test('without the record nothing is written', async t => {
  const { prove, done } = open(claim, {}, () => ['v=spf1 -all'])
  t.match(await prove(acme.id, 'acme.test', by), /saw "v=spf1 -all"/)
  t.strictSame(done, [['look', '_gatehouse.acme.test']])
})

void t.test('what is not claimed, is another tenant’s, was given up meanwhile or belongs to somebody else is no proof and no event', async t => {
  const taken = new TenantRefusal('already-exists', 'Another tenant has proven this domain.')
  const rows: ReadonlyArray<readonly [ReturnType<typeof open>, string, typeof notFound | TenantRefusal]> = [
    [open(null), acme.id, notFound],
    [open(claim), globex.id, notFound],
    [open(claim, { verify: async () => null }), acme.id, notFound],
    [open(claim, { verify: async () => { throw taken } }), acme.id, taken]
  ]
  for (const [{ prove, done }, tenant, refusal] of rows) {
    await t.rejects(prove(tenant === acme.id ? acme.id : globex.id, 'acme.test', by), refusal)
    t.strictSame(done.filter(one => Array.isArray(one) && typeof one[0] === 'object'), [], 'no event')
  }
})

void t.test('a claim is taken back; what is proven, another tenant’s or gone already stays, and is no event', async t => {
  const { drop, done } = open(claim)
  await drop(acme.id, 'acme.test', by)
  t.strictSame(done, [['remove', acme.id, 'acme.test'], [{ type: 'domain.deleted', ...event, details: { before: nothing } }, now]])
  for (const [at, tenant] of [[open(proven), acme.id], [open(claim), globex.id], [open(null), acme.id], [open(claim, { remove: async () => false }), acme.id]] as const) {
    await t.rejects(at.drop(tenant, 'acme.test', by), notFound)
    t.strictSame(at.done, [])
  }
})

void t.test('of what was seen five records are said, and a fault of ours is not told as an answer of DNS', async t => {
  const look = async (seen: readonly string[]) => await findDoubt(claim, async () => seen)
  t.match(await look(['1', '2', '3', '4', '5', '6']), /, and saw "1", "2", "3", "4", "5"\. A new record/)
  t.equal(await look(['1', '2', '3', '4', '5', '6', record]), null, 'however many are looked through')
  for (const close of [`${record}x`, `x${record}`, `${record} ${record}`, record.toUpperCase(), 'gatehouse-verification=']) t.not(await look([close]), null, close)
  await t.rejects(findDoubt(claim, async () => { throw new TypeError('a fault') }), /^TypeError: a fault$|a fault/)
})

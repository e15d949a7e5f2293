// Are the settings that wait looked at by themselves, and what was found kept beside what is in use?
import t from 'tap'
import { preflightNewest, preflightShadow, type ShadowToCheck } from '../../src/flows/preflight-shadow.ts'
import type { KeptPreflight } from '../../src/okta/preflight.ts'
import { Outage } from '../../src/outage.ts'
import type { ConnectionId, TenantId } from '../../src/tenant/id.ts'
import { acme, acmeOkta, after, globex, now } from '../contracts/cast.ts'
import { createRandom } from '../world/randomness.ts'

const { clientSecret, ...settings } = acmeOkta
const DAY = 86_400
const never = async () => { throw new Error('nobody asks for that') }

function open (changes: Partial<ShadowToCheck> = {}) {
  const saved: unknown[] = []
  const asked: string[] = []
  const connection = { ...settings, state: 'live', version: 3, issuerAliases: [], groupRoles: [], pilotEmails: [], proofs: { clientSecret, nextClientSecret: null, clientKey: null } } as const
  const check = preflightShadow({
    idp: { probe: async ({ url }) => { asked.push(new URL(url).host); throw new Outage('provider-unreachable') } },
    health: {
      findToCheck: never,
      savePreflight: never,
      findShadowToCheck: async (tenantId, id) => tenantId === acme.id && id === acmeOkta.id ? { connection, edit: 7, clientSecretExpiresAt: null, ...changes } : null,
      saveShadowPreflight: async (...kept) => { saved.push(kept) }
    },
    // Nobody depends on a draft, however live what it waits beside is.
    events: { save: never },
    publicUrl: 'https://login.northwind.test',
    vendorName: 'Northwind',
    developmentOrigins: [],
    now: () => now,
    random: createRandom('shadow')
  })
  return { check, saved, asked }
}

const codeOf = (report: KeptPreflight | null, name: string) => report?.findings.find(({ check }) => check === name)?.code

void t.test('what was found is kept for that tenant, that connection and that edit, and warns nobody', async t => {
  const { check, saved, asked } = open()
  const report = await check(acme.id, acmeOkta.id)
  t.equal(report?.passed, false)
  t.equal(codeOf(report, 'organization'), 'host-unreachable')
  t.strictSame(saved, [[acme.id, acmeOkta.id, 7, report]])
  t.strictSame(asked, ['acme.okta.com'])
})

void t.test('the date is that of the secret that waits', async t => {
  for (const [days, code] of [[3, 'secret-expires-in-7-days'], [-1, 'secret-expired'], [300, 'secret-lasts']] as const) {
    t.equal(codeOf(await open({ clientSecretExpiresAt: after(days * DAY) }).check(acme.id, acmeOkta.id), 'secret-expiry'), code)
  }
})

void t.test('where nothing waits nothing is asked and nothing is kept', async t => {
  const { check, saved, asked } = open()
  for (const [tenant, connection] of [[globex.id, acmeOkta.id], [acme.id, 'con-other' as ConnectionId]] as const) t.equal(await check(tenant, connection), null)
  t.strictSame([saved, asked], [[], []])
})

void t.test('what waits is looked at alone; where nothing waits, what is in use', async t => {
  const report = (at: Date): KeptPreflight => ({ passed: true, findings: [], at })
  for (const waits of [true, false]) {
    const asked: unknown[] = []
    const as = (name: string, found: KeptPreflight | null) => async (tenantId: TenantId, id: ConnectionId) => { asked.push([name, tenantId, id]); return found }
    const check = preflightNewest({ shadow: as('shadow', waits ? report(after(1)) : null), connection: as('connection', report(after(2))) })
    t.strictSame(await check(acme.id, acmeOkta.id), report(after(waits ? 1 : 2)))
    t.strictSame(asked, [['shadow', acme.id, acmeOkta.id], ...(waits ? [] : [['connection', acme.id, acmeOkta.id]])])
  }
})

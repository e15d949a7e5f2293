// Does the vendor know before the people do? A connection is checked before anybody signs in, and every day after it went live.
import t from 'tap'
import { createClock } from '../world/clock.ts'
import { createTenancy, made } from '../world/tenancy.ts'
import { openOrg, openWorld } from './world.ts'

const DAY = 86_400

interface Finding { check: string, outcome: string, code: string, remedy: string | null }

void t.test('Connected without a secret: checked, live, looked at every day, and told of when Okta stops knowing us', async t => {
  const clock = createClock(new Date())
  const org = await openOrg(t, clock, 'acme', ['ada@acme.test'])
  const world = await openWorld(t, [org.url], {}, clock)
  await made(world.gateway, '/tenants', { slug: 'acme', name: 'Acme' })
  const connection = await made(world.gateway, '/tenants/acme/connections', { issuer: org.url, clientId: '0oa-not-yet', clientAuthentication: 'private_key_jwt' })
  const path = `/tenants/acme/connections/${String(connection['id'])}`
  const check = async () => {
    const { passed, findings } = await made(world.gateway, `${path}/preflight`, {})
    return { passed, trouble: (findings as Finding[]).filter(({ outcome }) => outcome === 'failed').map(({ code }) => code) }
  }
  t.strictSame(await check(), { passed: false, trouble: ['client-id-unknown'] })

  // The app is made, at first with a slip in its redirect URI.
  const redirectUri = String(connection['redirectUri'])
  const { clientId } = org.addApp({ label: 'Northwind', redirectUris: [`${redirectUri}/`], clientAuthentication: 'private_key_jwt', jwksUri: String(connection['clientKeysUri']) })
  await world.patch(path, { clientId })
  t.strictSame(await check(), { passed: false, trouble: ['redirect-uri-unregistered'] })
  org.changeApp(clientId, { redirectUris: [redirectUri] })
  t.strictSame(await check(), { passed: true, trouble: [] })
  await made(world.gateway, `${path}/verify`, { provenance: 'operator' })
  await made(world.gateway, `${path}/go-live`, {})

  const warnings = async () => (await world.sql("select details from events where type = 'connection.warning'")).map(({ details }) => details)
  t.equal(await world.gateway.gateway.recheck(), 0, 'it has been looked at today')
  org.changeApp(clientId, { redirectUris: ['https://other.test/'] })
  clock.advance(DAY - 1)
  t.equal(await world.gateway.gateway.recheck(), 0)
  clock.advance(2)
  t.equal(await world.gateway.gateway.recheck(), 1)
  t.match(await warnings(), [{ findings: [{ check: 'redirect-uri', outcome: 'failed', code: 'redirect-uri-unregistered' }] }])
  t.equal(await world.gateway.gateway.recheck(), 0, 'once a day')
  clock.advance(DAY + 1)
  await world.gateway.gateway.recheck()
  t.equal((await warnings()).length, 1, 'and is told of once')
})

void t.test('what waits beside a live connection has findings of its own; what is in use keeps its own, and nobody is warned of a draft', async t => {
  const clock = createClock(new Date())
  const org = await openOrg(t, clock, 'acme', ['ada@acme.test'])
  const world = await openWorld(t, [org.url], {}, clock)
  const { connection } = await createTenancy(world.gateway, { slug: 'acme', name: 'Acme', domains: ['acme.test'], org })
  const path = `/tenants/acme/connections/${connection}`
  const failed = (report: unknown) => ((report as { findings?: Finding[] } | undefined)?.findings ?? []).filter(({ outcome }) => outcome === 'failed').map(({ code }) => code)
  t.match(await made(world.gateway, `${path}/preflight`, {}), { passed: true, shadow: undefined })
  await world.patch(path, { clientId: '0oa-not-there' })
  const both = await made(world.gateway, `${path}/preflight`, {})
  t.match(both, { passed: true, shadow: { passed: false } })
  t.strictSame(failed(both['shadow']), ['client-id-unknown'])
  const kept = (await world.gateway.api('GET', path)).body
  t.match(kept, { preflight: { passed: true }, shadowPreflight: { passed: false }, shadow: { clientId: '0oa-not-there' } })
  t.match(await world.sql("select details from events where type = 'connection.preflight' order by ctid desc limit 1"), [{ details: { passed: true, shadow: { passed: false, findings: [{ check: 'client-id', outcome: 'failed', code: 'client-id-unknown' }] } } }], 'both are written down')
  t.strictSame(await world.sql("select 1 from events where type = 'connection.warning'"), [])

  clock.advance(DAY + 1)
  await world.gateway.gateway.recheck()
  t.match((await world.gateway.api('GET', path)).body, { preflight: { passed: true, at: clock.now().toISOString() }, shadowPreflight: { at: kept['shadowPreflight'] === null ? null : Object(kept['shadowPreflight']).at } }, 'the daily look is at what is in use')
  await world.gateway.api('DELETE', `${path}/shadow`)
  t.match((await world.gateway.api('GET', path)).body, { shadow: null, shadowPreflight: null })
})

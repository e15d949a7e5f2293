// What do visitors reach when they name a domain, a tenant, a connection or an issuer?
import type { Test } from 'tap'
import { parseIssuer } from '../../src/oidc/discovery.ts'
import type { ConnectionId } from '../../src/tenant/id.ts'
import { acme, acmeOkta, acmePreview, globex, globexOkta, now } from './cast.ts'
import type { OpenStores } from './stand-ins.ts'

export function doorsContract (t: Test, open: OpenStores): void {
  void t.test('a domain leads to the tenant that has proven it, with its connections, newest first', async t => {
    const { doors } = await open(t)
    const found = await doors.findByDomain('acme.test')
    t.same(found?.tenant, acme)
    t.same(found?.connections.map(connection => connection.id), [acmePreview.id, acmeOkta.id])
    t.equal(await doors.findByDomain('nowhere.test'), null)
  })

  void t.test('a domain that is only claimed leads nowhere, whoever else claims it too', async t => {
    const { doors, domains } = await open(t)
    await domains.save(acme.id, { domain: 'both.example', challenge: 'a' }, now)
    await domains.save(globex.id, { domain: 'both.example', challenge: 'g' }, now)
    t.equal(await doors.findByDomain('both.example'), null)
    await domains.verify(globex.id, 'both.example', 'dns', now)
    t.equal((await doors.findByDomain('both.example'))?.tenant.id, globex.id)
  })

  void t.test('a tenant is reached by its id or its slug', async t => {
    const { doors } = await open(t)
    t.equal((await doors.findByTenant('tnt-globex'))?.tenant.slug, 'globex')
    t.equal((await doors.findByTenant('globex'))?.tenant.id, globex.id)
    t.equal(await doors.findByTenant('Globex'), null)
    t.equal(await doors.findByTenant('ac\0me'), null)
  })

  void t.test('retired connections are among those of a tenant: it is for the roll-out to pass them over', async t => {
    const { doors, connections } = await open(t)
    await connections.move(globex.id, globexOkta.id, { move: 'retire' }, now)
    t.match((await doors.findByTenant('globex'))?.connections, [{ state: 'retired' }])
  })

  void t.test('a connection is reached by its id, with its tenant', async t => {
    const { doors } = await open(t)
    t.match(await doors.findByConnection(acmeOkta.id), { tenant: { slug: 'acme' }, connection: { id: acmeOkta.id, state: 'live', issuer: acmeOkta.issuer } })
    t.equal(await doors.findByConnection('con-nobody'), null)
    t.equal(await doors.findByConnection('con-\0acme'), null)
  })

  void t.test('an issuer leads to its open connection, by any of its names', async t => {
    const { doors, connections } = await open(t)
    t.match(await doors.findOpenByIssuer(globexOkta.issuer, null), [{ tenant: { slug: 'globex' }, connection: { id: globexOkta.id } }])
    await connections.change(globex.id, globexOkta.id, { issuerAliases: ['https://login.globex.test'] }, now)
    t.match(await doors.findOpenByIssuer('https://login.globex.test', null), [{ connection: { id: globexOkta.id } }])
    t.same(await doors.findOpenByIssuer('https://nobody.okta.com', null), [])
    await connections.move(globex.id, globexOkta.id, { move: 'retire' }, now)
    t.same(await doors.findOpenByIssuer(globexOkta.issuer, null), [])
  })

  void t.test('where an issuer is ambiguous, two come back, and the client id tells them apart', async t => {
    const { doors, connections } = await open(t)
    for (const number of [1, 2, 3]) {
      const id = `con-globex-${number}` as ConnectionId
      await connections.save({ ...globexOkta, id, issuer: parseIssuer('https://many.okta.com'), clientId: `client-${number}` }, now)
      await connections.move(globex.id, id, { move: 'verify', provenance: 'operator' }, now)
      await connections.move(globex.id, id, { move: 'pilot', pilotEmails: ['gus@globex.test'] }, now)
    }
    t.equal((await doors.findOpenByIssuer('https://many.okta.com', null)).length, 2)
    t.match(await doors.findOpenByIssuer('https://many.okta.com', 'client-3'), [{ connection: { id: 'con-globex-3' } }])
    t.same(await doors.findOpenByIssuer('https://many.okta.com', 'client-4'), [])
  })
}

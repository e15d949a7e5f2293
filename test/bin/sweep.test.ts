// Does the sweep, as a calendar starts it, look again for the records of domains, and see them as they were published?
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { startDnsServer } from '../world/dns-server.ts'
import { execute, withClient } from '../world/embedded-postgres.ts'
import { migrateDatabase } from '../world/gateway.ts'
import { productionNode } from '../world/production-node.ts'
import { createScratchDatabase } from '../world/scratch-database.ts'
import { openDoor } from './door.ts'

t.setTimeout(60_000)

void t.test('a domain keeps its proof by a record that comes in several strings, and one whose record is gone is warned of', async t => {
  const database = await createScratchDatabase(t, migrateDatabase)
  const dns = await startDnsServer()
  t.teardown(dns.stop)
  await execute(database.url, "insert into tenants (id, slug, name, created_at, updated_at) values ('tnt-acme', 'acme', 'Acme', now(), now())")
  for (const domain of ['acme.test', 'acme.example']) {
    await execute(database.url, `insert into domains (tenant_id, domain, challenge, verified_at, provenance, checked_at, created_at) values ('tnt-acme', '${domain}', 'c', '2026-11-01T09:00:00Z', 'dns', now() - interval '2 days', now())`)
  }
  dns.txt.set('_gatehouse.acme.test', [['gatehouse-', 'verification=c']])
  // The machine's own servers, as the process sees them, are those of the test.
  const asking = `data:text/javascript,import { setServers } from 'node:dns/promises'; setServers(['${dns.address}'])`
  const sweep = { node: process.execPath, command: [...productionNode, '--import', asking, 'src/bin/sweep.ts'], cwd: fileURLToPath(new URL('../../', import.meta.url)), account: undefined }
  t.match(await openDoor(t, sweep, { DATABASE_URL: database.url }).ended, { code: 0, err: '', out: / Domains: 2 looked at, 1 without their record, 0 lost\.\n$/ })
  t.strictSame(dns.asked.toSorted(), ['_gatehouse.acme.example', '_gatehouse.acme.test'])
  await withClient(database.url, async client => {
    const { rows } = await client.query<Record<string, unknown>>("select type, tenant_id, subject from events where type like 'domain.%'")
    t.strictSame(rows.map(row => ({ ...row })), [{ type: 'domain.warning', tenant_id: 'tnt-acme', subject: 'acme.example' }])
  })
})

// Can a setup reach into another tenant, or another site into a setup?
import t from 'tap'
import { findForms } from '../world/html-page.ts'
import { createTenancy } from '../world/tenancy.ts'
import { openSetupWorld as open } from './setting-up.ts'

void t.test('A setup cannot touch another tenant, by no id, cookie or token', async t => {
  const { world, org, begin, step, gateway, sql } = await open(t)
  await createTenancy(gateway, { slug: 'globex', name: 'Globex', domains: ['globex.test'], org, admission: 'just-in-time' })
  const rows = await sql("select * from connections where tenant_id = (select id from tenants where slug = 'globex')")
  const gus = await begin({}, 'globex')
  await step(gus, '/test')
  const foreign = findForms(gus.page().body)[0]?.fields['form_token'] ?? ''

  const ada = await begin()
  await step(ada, '/domains')
  const own = findForms(ada.page().body)[0]?.fields['form_token'] ?? ''
  const post = async (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) => await ada.fetch(`/auth/setup${path}`, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json', ...headers }, body: new URLSearchParams(fields).toString() })
  t.match((await post('/domains/claim', { domain: 'acme.test', form_token: foreign })).body, /csrf-proof-missing/, 'the token of another setup')
  t.match((await post('/domains/claim', { domain: 'acme.test' })).body, /csrf-proof-missing/, 'no token')
  t.match((await post('/domains/claim', { domain: 'acme.test', form_token: own }, { 'sec-fetch-site': 'cross-site' })).body, /cross-site/)
  t.match((await post('/domains/check', { domain: 'globex.test', form_token: own })).body, /not-found/)
  t.match((await post('/domains/remove', { domain: 'globex.test', form_token: own })).body, /not-found/)
  t.strictSame(await sql("select * from connections where tenant_id = (select id from tenants where slug = 'globex')"), rows)
  t.match((await gateway.api('POST', '/tenants/acme/setup-links', { connection: String(rows[0]?.['id']) })).body, { code: 'not-found' })
  t.match((await gateway.api('DELETE', `/tenants/acme/setup-links/${String((await sql("select id from setup_links where tenant_id = (select id from tenants where slug = 'globex')"))[0]?.['id'])}`)).body, { code: 'not-found' })
  for (const cookie of ['x'.repeat(43), 'short', '']) {
    const forged = world.browser()
    await forged.visit(`${world.url}/auth/login`)
    const answer = await forged.fetch('/auth/setup', { headers: { cookie: `gatehouse-setup=${cookie}`, accept: 'application/json' } })
    t.equal(answer.status, 401)
  }
})

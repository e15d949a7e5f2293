// What if two connections lead to one and the same app in Okta: in one tenant, or in two?
import t from 'tap'
import type { ConnectionId, TenantId } from '../../../src/tenant/id.ts'
import { openOperator } from './operator.ts'

const app = { oktaDomain: 'acme.okta.com', clientId: '0oa1acme5northwind5d7', clientSecret: 'a-secret-of-acme' }
const warning = /Another tenant has a connection to the same app in Okta/

async function open (test: Parameters<typeof openOperator>[0]) {
  const operator = await openOperator(test)
  for (const slug of ['acme', 'globex']) await operator.make('/tenants', { slug, name: slug })
  const first = await operator.make('/tenants/acme/connections', app)
  return { ...operator, first: String(first.at('id')), path: `/tenants/acme/connections/${String(first.at('id'))}` }
}

void t.test('In one tenant an app is connected once; the refusal names the connection that is there', async t => {
  const { ask, make, first, path, everything } = await open(t)
  const other = await make('/tenants/acme/connections', { ...app, clientId: '0oa2acme5northwind5d7' })
  const before = await everything()
  const refused = [
    await ask('POST', '/tenants/acme/connections', app),
    await ask('POST', '/tenants/acme/connections', { ...app, oktaDomain: 'https://ACME.okta.com/admin/' }),
    await ask('PATCH', `/tenants/acme/connections/${String(other.at('id'))}`, { clientId: app.clientId })
  ]
  for (const answer of refused) t.match(answer.body, { status: 409, code: 'already-exists', detail: new RegExp(`connected already, as ${first}`) })
  t.equal(await everything(), before)
  t.equal((await ask('PATCH', path, { clientId: app.clientId, endsOktaSession: true })).status, 200, 'itself is no other')
  t.equal((await ask('PATCH', path, { oktaDomain: 'acme.oktapreview.com' })).status, 200)
  t.equal((await ask('POST', '/tenants/acme/connections', app)).status, 201, 'another org may have given the same id')
})

void t.test('What waits beside a live connection may not lead to an app that is connected either', async t => {
  const { ask, make, path, first } = await open(t)
  const other = String((await make('/tenants/acme/connections', { ...app, clientId: '0oa2acme5northwind5d7' })).at('id'))
  await make(`/tenants/acme/connections/${other}/verify`, { provenance: 'operator' })
  await make(`/tenants/acme/connections/${other}/go-live`, {})
  t.match((await ask('PATCH', `/tenants/acme/connections/${other}`, { clientId: app.clientId })).body, { status: 409, detail: new RegExp(first) })
  await make(`${path}/retire`, {})
  t.match((await ask('PATCH', `/tenants/acme/connections/${other}`, { clientId: app.clientId })).body, { shadow: { clientId: app.clientId } }, 'a retired one does not count')
})

void t.test('Of two requests at the same moment one connects the app, and the other is refused like one that comes later', async t => {
  const { ask, make, events } = await open(t)
  const draft = String((await make('/tenants/acme/connections', { ...app, clientId: '0oa2acme5northwind5d7' })).at('id'))
  for (let round = 0; round < 20; round++) {
    const wanted = { clientId: `0oa${round}acme5northwind5` }
    const answers = await Promise.all([
      ask('POST', '/tenants/acme/connections', { ...app, ...wanted }),
      round % 2 === 0 ? ask('POST', '/tenants/acme/connections', { ...app, ...wanted }) : ask('PATCH', `/tenants/acme/connections/${draft}`, wanted)
    ])
    const refused = answers.filter(({ status }) => status === 409)
    t.equal(refused.length, 1, answers.map(({ status }) => status).join())
    t.equal(answers.filter(({ status }) => status < 300).length, 1)
    t.match(refused[0]?.body, { code: 'already-exists', detail: /connected already, as con-/ })
  }
  t.equal((await events()).filter(({ type }) => type === 'connection.created' || type === 'connection.changed').length, 22, 'nothing is written down of what was refused')
})

void t.test('Settings that wait are not taken over when their app was connected meanwhile', async t => {
  const { ask, make, path, stores, first, everything } = await open(t)
  await make(`${path}/verify`, { provenance: 'operator' })
  await make(`${path}/go-live`, {})
  await ask('PATCH', path, { clientId: '0oa2acme5northwind5d7' })
  const { id: tenant } = (await ask('GET', '/tenants/acme')).body as { id: TenantId }
  t.equal(await stores.connections.passTest(tenant, first as ConnectionId, 1, new Date(), 1), true)
  const quicker = String((await make('/tenants/acme/connections', { ...app, clientId: '0oa2acme5northwind5d7' })).at('id'))
  const before = await everything()
  t.match((await ask('POST', `${path}/promote`, {})).body, { status: 409, code: 'already-exists', detail: new RegExp(quicker) })
  t.equal(await everything(), before)
  await make(`/tenants/acme/connections/${quicker}/retire`, {})
  t.equal((await ask('POST', `${path}/promote`, {})).status, 200)
})

void t.test('One app in two tenants may be meant: it is said when it is made and when it opens, and which tenant it is, is not', async t => {
  const { ask, make, first, events } = await open(t)
  const made = await ask('POST', '/tenants/globex/connections', app)
  t.equal(made.status, 201)
  t.match(made.at('notes.1'), warning)
  const path = `/tenants/globex/connections/${String(made.at('id'))}`
  await make(`${path}/verify`, { provenance: 'operator' })
  const live = await ask('POST', `${path}/go-live`, {})
  t.match(live.body, { state: 'live', notes: [warning] })
  t.match((await events()).at(-1), { type: 'connection.warning', actor: 'operator', subject: made.at('id'), details: { findings: [{ code: 'app-elsewhere', message: warning }] } })
  for (const answer of [made, live]) t.notOk(answer.text.includes(first) || answer.text.includes('acme"'))
  t.equal((await ask('PATCH', path, { clientId: '0oa3globex5northwind7', apply: 'now' })).at('notes.0'), undefined)
  t.match((await ask('PATCH', path, { clientId: app.clientId })).at('notes'), [warning])
  t.equal((await ask('PATCH', path, { endsOktaSession: true })).at('notes.0'), undefined, 'not at every edit')
  await make(`/tenants/acme/connections/${first}/retire`, {})
  t.equal((await ask('PATCH', path, { clientId: app.clientId })).at('notes.0'), undefined)
})

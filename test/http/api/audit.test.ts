// Does every operation that changes something say who did it, from where, and to what?
import t from 'tap'
import { bodies, fill, queries, readDocument, uploads } from './document.ts'
import { openOperator, type Operator } from './operator.ts'
import { settle, signIn, waitingAccount } from './signed-in.ts'

// In an order in which each finds what it changes; a connection's moves follow one another.
const order = ['createTenant', 'createConnection', 'verifyConnection', 'pilotConnection', 'goLive', 'promoteShadow', 'dropShadow', 'rollBackConnection']
const last = ['retireConnection', 'deleteConnection', 'deleteDomain', 'deleteMember', 'deleteApp', 'deleteTenant']

void t.test('Every operation that is no GET leaves an event with the key, the address, and no secret', async t => {
  const operator = await openOperator(t)
  const acme = await settle(operator, 'acme', 'ada@acme.test')
  await operator.make('/apps', { slug: 'crm', name: 'CRM', audience: 'crm' })
  const other = String((await operator.make('/api-keys', { name: 'old', scopes: ['read'] })).at('id'))
  const made = await operator.make('/api-keys', { name: 'CI', scopes: ['admin'] })
  const headers = { authorization: `Bearer ${String(made.at('key'))}` }
  let parts: Record<string, string> = { ...acme, app: 'crm', key: other }
  const { operations } = await readDocument(operator)
  const changing = operations.filter(({ method }) => method !== 'GET')
  const rank = (id: string) => order.includes(id) ? order.indexOf(id) - 100 : last.indexOf(id)
  for (const { id, method, path } of changing.toSorted((one, another) => rank(one.id) - rank(another.id))) {
    if (/session|identity/i.test(id)) parts = { ...parts, ...await signIn(operator, acme, id) }
    if (/IdentityConflict$/.test(id)) parts = { ...parts, conflict: await waitingAccount(operator, acme, id) }
    if (/Shadow$/.test(id)) await letSettingsWait(operator, parts, id)
    // By their ids: a table keeps no order once it has several pages.
    const before = new Set((await operator.events()).map(event => event['id']))
    const upload = uploads[id]
    const answer = await operator.ask(method, fill(path, parts) + (queries[id] ?? ''), upload?.file ?? bodies[id], { ...headers, ...(upload === undefined ? {} : { 'content-type': upload.type }) })
    t.ok(answer.status < 300, `${id}: ${answer.status} ${answer.text}`)
    const written = (await operator.events()).filter(event => !before.has(event['id']))
    t.equal(written.length, 1, `${id} is written down once`)
    t.match(written, [{ actor: made.at('id'), address: '127.0.0.1', type: /^[a-z-]+\.[a-z-]+$/ }], id)
    t.equal(written[0]?.['subject'] !== null, id !== 'endAllSessions', `${id}: to what`)
    const text = JSON.stringify(written)
    for (const secret of secretsIn(answer.body, bodies[id])) t.notOk(text.includes(secret), `${id}: no secret`)
    if (/^change|^goLive|^retire|^verify/.test(id)) t.match(written, [{ details: { before: Object, after: Object } }], id)
    if (id === 'createConnection') parts['connection'] = String(answer.at('id'))
  }
})

async function letSettingsWait (operator: Operator, parts: Record<string, string>, name: string): Promise<void> {
  await operator.ask('PATCH', fill('/tenants/acme/connections/{connection}', parts), { clientId: `0oa-of-${name}` })
  await operator.database.raw('update connections set shadow = shadow || \'{"testedAt":"2026-11-21T09:00:00.000Z"}\' where shadow is not null')
}

/** What was told once, or typed in. */
function secretsIn (...told: unknown[]): readonly string[] {
  return told.flatMap(one => typeof one === 'object' && one !== null ? ['key', 'url', 'clientSecret'].flatMap(name => Reflect.get(one, name) ?? []) : []).map(String)
}

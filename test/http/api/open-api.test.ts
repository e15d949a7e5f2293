// Is the document true? Every route is in it, it is a document of OpenAPI 3.1, and every real answer is what it says.
import t from 'tap'
import { Compile } from 'typebox/compile'
import { bodies, fill, object, queries, readDocument, uploads } from './document.ts'
import type { Answer, Operator } from './operator.ts'
import { openOperator } from './operator.ts'
import { settle, signIn, waitingAccount } from './signed-in.ts'

void t.test('Every route of the scope is in the document, and nothing else', async t => {
  const operator = await openOperator(t)
  const { operations } = await readDocument(operator)
  const described = operations.map(({ method, path }) => `${method} /api/v1${path.replace(/\{(\w+)\}/g, ':$1')}`)
  t.strictSame(described.sort(), operator.routes.toSorted())
  t.ok(described.length >= 38, `${described.length} operations`)
})

// The structure that https://spec.openapis.org/oas/3.1/schema demands, as far as this document uses it.
void t.test('The document has the structure of OpenAPI 3.1', async t => {
  const operator = await openOperator(t)
  const { document, operations } = await readDocument(operator)
  t.match(document['openapi'], /^3\.1\.\d+$/)
  t.same(Object.keys(document).filter(name => !['openapi', 'info', 'servers', 'security', 'tags', 'components', 'paths'].includes(name)), [])
  t.match(document['info'], { title: String, version: String })
  t.strictSame(document['servers'], [{ url: 'https://login.northwind.test' }])
  t.match(document, { security: [{ operatorToken: { length: 0 } }], components: { securitySchemes: { operatorToken: { type: 'http', scheme: 'bearer' } } } })
  t.equal(new Set(operations.map(({ id }) => id)).size, operations.length, 'every operation has an id of its own')
  const allowed = new Set(['tags', 'summary', 'operationId', 'parameters', 'requestBody', 'responses', 'security', 'description'])
  for (const { method, path, id, described } of operations) {
    t.match(path, /^\//)
    t.same(Object.keys(described).filter(name => !allowed.has(name)), [], id)
    t.match(described, { summary: /.+/, tags: [/.+/] }, id)
    const parameters = [...list(described['parameters'])].map(object)
    t.strictSame(parameters.filter(one => one['in'] === 'path').map(one => one['name']).sort(), [...path.matchAll(/(?<=\{)\w+(?=\})/g)].map(([name]) => name).sort(), `${id}: the parts of its path`)
    for (const parameter of parameters) {
      t.ok(parameter['in'] === 'query' || (parameter['in'] === 'path' && parameter['required'] === true), id)
      checkSchema(t, parameter['schema'], id)
    }
    t.equal(described['requestBody'] !== undefined, method === 'POST' || method === 'PATCH', `${id}: a body where one is read`)
    if (described['requestBody'] !== undefined) {
      const upload = uploads[id]
      const schema = schemaIn(described['requestBody'], upload?.type ?? 'application/json')
      checkSchema(t, schema, id)
      if (upload === undefined) t.equal(object(schema)['additionalProperties'], false, `${id}: unknown fields are refused`)
    }
    const answers = object(described['responses'])
    t.ok(Object.keys(answers).some(status => /^2\d\d$/.test(status)), id)
    for (const [status, answer] of Object.entries(answers)) {
      t.match(status, /^(?:[1-5]\d\d|default)$/)
      t.match(object(answer)['description'], /.+/)
      if (!['204', '304'].includes(status)) checkSchema(t, schemaIn(answer, status === 'default' || status.startsWith('4') ? 'application/problem+json' : 'application/json'), `${id} ${status}`)
    }
    t.ok(answers['default'], `${id} says what a problem looks like`)
  }
})

void t.test('What can only be written is in no answer that the document describes', async t => {
  const { operations } = await readDocument(await openOperator(t))
  for (const { id, described } of operations) t.notMatch(JSON.stringify(described['responses']), /secret"|Secret"|idToken|privateJwk|sealed/i, id)
})

void t.test('Every real answer of every operation is as the document says', async t => {
  const operator = await openOperator(t)
  const acme = await settle(operator, 'acme', 'ada@acme.test')
  await operator.make('/apps', { slug: 'crm', name: 'CRM', audience: 'crm' })
  const { operations } = await readDocument(operator)
  const seen = new Map<string, number>()

  const check = (id: string, answer: Answer) => {
    const operation = operations.find(one => one.id === id)
    const answers = object(operation?.described['responses'])
    const status = String(answer.status)
    const described = answers[status] ?? (answer.status >= 400 ? answers['default'] : undefined)
    t.ok(described, `${id}: ${status} is in the document`)
    seen.set(`${id} ${answer.status < 400 ? 'well' : 'badly'}`, answer.status)
    if (answer.status === 204) {
      t.equal(answer.text, '')
      return
    }
    const type = String(answer.headers['content-type']).split(';')[0] ?? ''
    const compiled = Compile(object(schemaIn(described, type)))
    t.ok(compiled.Check(answer.body), `${id} ${status}: ${JSON.stringify(compiled.Errors(answer.body))} ${answer.text.slice(0, 300)}`)
  }
  // Deletions last, the moves of a connection in their order.
  const last = ['endSession', 'endMemberSessions', 'endTenantSessions', 'endAllSessions', 'retireConnection', 'deleteConnection', 'deleteDomain', 'deleteMember', 'deleteApp', 'deleteTenant']
  const first = ['createTenant', 'createConnection', 'verifyConnection', 'pilotConnection', 'goLive', 'promoteShadow', 'dropShadow', 'rollBackConnection']
  const rank = (id: string) => first.includes(id) ? first.indexOf(id) - 100 : last.indexOf(id)
  let parts: Record<string, string> = { ...acme, app: 'crm', key: String((await operator.make('/api-keys', { name: 'CI', scopes: ['support'] })).at('id')) }
  for (const { id, method, path } of operations.toSorted((one, other) => rank(one.id) - rank(other.id))) {
    if (/IdentityConflict/.test(id)) parts = { ...parts, conflict: await waitingAccount(operator, acme, id) }
    if (/attempt|session|identity/i.test(id)) parts = { ...parts, ...await signIn(operator, acme, id) }
    if (/Shadow$/.test(id)) await letSettingsWait(operator, fill('/tenants/acme/connections/{connection}', parts), id)
    const upload = uploads[id]
    const answer = await operator.ask(method, fill(path, parts) + (queries[id] ?? ''), upload?.file ?? bodies[id], upload === undefined ? {} : { 'content-type': upload.type })
    t.ok(answer.status < 300, `${id}: ${answer.status} ${answer.text}`)
    check(id, answer)
    if (id === 'createConnection') parts['connection'] = String(answer.at('id'))
    check(id, await operator.ask(method, `${fill(path, { tenant: 'nobody', domain: 'nobody', connection: 'nobody', member: 'nobody', app: 'nobody', reference: 'nobody', session: 'nobody', link: 'nobody', key: 'nobody', identity: 'nobody', conflict: 'nobody' })}?strange=1`, { ...bodies[id], strange: 1 }))
  }
  t.equal(operations.filter(({ id }) => !seen.has(`${id} well`)).length, 0, 'every operation has answered')

  await operator.make('/tenants', { slug: 'hooli', name: 'Hooli' })
  await operator.make('/tenants/hooli/domains', { domain: 'hooli.test' })
  check('verifyDomain', await operator.ask('POST', '/tenants/hooli/domains/hooli.test/verify'))
})

/** Settings beside a live connection that a test has passed with. */
async function letSettingsWait (operator: Operator, path: string, name: string): Promise<void> {
  await operator.ask('PATCH', path, { clientId: `0oa-of-${name}` })
  await operator.database.raw('update connections set shadow = shadow || \'{"testedAt":"2026-11-21T09:00:00.000Z"}\' where shadow is not null')
}

interface Checks { ok (value: unknown, message: string): unknown, notOk (value: unknown, message: string): unknown }

const types = new Set(['object', 'array', 'string', 'integer', 'number', 'boolean', 'null'])

/** The keywords of JSON Schema 2020-12 that are used, each with a value that it can have; `nullable` is of OpenAPI 3.0 and means nothing any more. */
function checkSchema (t: Checks, schema: unknown, where: string): void {
  if (typeof schema === 'boolean') return
  const { type, properties, items, anyOf, required, additionalProperties, patternProperties, ...rest } = object(schema)
  t.ok(type === undefined || list(Array.isArray(type) ? type : [type]).every(one => types.has(String(one))), `${where}: type`)
  t.notOk('nullable' in rest || '$ref' in rest, `${where}: nothing of 3.0, nothing that points elsewhere`)
  for (const inner of [...Object.values(object(properties ?? {})), ...Object.values(object(patternProperties ?? {})), ...list(anyOf), ...(items === undefined ? [] : [items])]) checkSchema(t, inner, where)
  t.ok(list(required).every(name => Object.hasOwn(object(properties ?? {}), String(name))), `${where}: what is required is described`)
  t.ok(additionalProperties === undefined || typeof additionalProperties === 'boolean' || typeof additionalProperties === 'object', where)
}

function list (value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function schemaIn (holder: unknown, type: string): unknown {
  return object(object(object(holder)['content'])[type])['schema']
}

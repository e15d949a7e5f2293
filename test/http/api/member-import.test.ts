// Can an operator hand over a list of people as their spreadsheet or their database writes it?
import t from 'tap'
import { type Operator, openOperator, operatorToken } from './operator.ts'

const csv = 'text/csv'
const ndjson = 'application/x-ndjson'

async function openAcme (test: Parameters<typeof openOperator>[0]) {
  const operator = await openOperator(test)
  await operator.make('/tenants', { slug: 'acme', name: 'Acme', defaultRoles: ['reader'] })
  const send = async (payload: string | Buffer, type = csv, query = '') =>
    await operator.send('POST', `/tenants/acme/members/import${query}`, { payload, headers: { authorization: `Bearer ${operatorToken}`, 'content-type': type } })
  return { ...operator, send }
}

async function people ({ ask }: Pick<Operator, 'ask'>): Promise<unknown> {
  const { body } = await ask('GET', '/tenants/acme/members?limit=200')
  const items: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'items') : []
  if (!Array.isArray(items)) throw new Error('no list')
  return items.map(({ email, name, roles, status, externalId }: Record<string, unknown>) => ({ email, name, roles, status, externalId })).sort((one, other) => String(one.email) < String(other.email) ? -1 : 1)
}

const adaAndBob = [
  { email: 'ada@acme.test', name: 'Ada, Countess', roles: ['admin', 'buyer'], status: 'invited', externalId: 'u-1' },
  { email: 'bob@acme.test', name: 'bob@acme.test', roles: ['reader'], status: 'invited', externalId: null }
]
const files: Readonly<Record<string, readonly [string | Buffer, string]>> = {
  'a plain table': ['email,name,roles,externalId\nada@acme.test,"Ada, Countess",admin buyer,u-1\nbob@acme.test,,,\n', csv],
  'other headings in another order': ['External ID,E-Mail,ROLES,name\nu-1, ADA@acme.test ,admin;buyer,"Ada, Countess"\n,bob@acme.test', csv],
  'a spreadsheet of a country with decimal commas': ['\ufeffemail;name;roles;externalId\r\nada@acme.test;Ada, Countess;admin,buyer;u-1\r\nbob@acme.test;;;\r\n', csv],
  'tabs and empty lines': ['email\tname\troles\texternal_id\n\nada@acme.test\tAda, Countess\tadmin|buyer\tu-1\n\n\nbob@acme.test\t\t\t\n\n', csv],
  'old line ends': ['email,name,roles,externalId\rada@acme.test,"Ada, Countess","admin,buyer",u-1\rbob@acme.test,,,', csv],
  'newline-delimited JSON': ['{"email":"ada@acme.test","name":"Ada, Countess","roles":["admin","buyer"],"externalId":"u-1"}\n{"email":"bob@acme.test"}\n', ndjson],
  'the same with a mark, carriage returns and blanks': ['\ufeff{"email":"ada@acme.test","name":"Ada, Countess","roles":"admin buyer","externalId":"u-1"}\r\n\r\n  {"externalId":null,"email":"bob@acme.test"}', ndjson]
}
for (const [what, [file, type]] of Object.entries(files)) {
  void t.test(`${what} is understood`, async t => {
    const operator = await openAcme(t)
    const answer = await operator.send(file, type)
    t.strictSame({ status: answer.status, body: answer.body }, { status: 200, body: { created: 2, updated: 0, unchanged: 0 } })
    t.strictSame(await people(operator), adaAndBob)
    t.match((await operator.events()).at(-1), { type: 'members.imported', actor: 'operator', details: { created: 2, updated: 0, unchanged: 0 } })
  })
}

void t.test('who is there already is updated where the file says something, and nobody\'s status is touched', async t => {
  const operator = await openAcme(t)
  await operator.make('/tenants/acme/members', { email: 'ada@acme.test', name: 'Ada', roles: ['admin'], status: 'suspended', externalId: 'u-1' })
  await operator.make('/tenants/acme/members', { email: 'bob@acme.test', name: 'Bob', roles: ['buyer'], status: 'active', externalId: 'u-2' })
  await operator.make('/tenants/acme/members', { email: 'cyd@acme.test', name: 'Cyd' })
  const file = 'email,name,roles\nada@acme.test,Ada Lovelace,\nbob@acme.test,Bob,buyer\neve@acme.test,Eve,'
  t.strictSame((await operator.send(file)).body, { created: 1, updated: 1, unchanged: 1 })
  t.match(await people(operator), [
    { name: 'Ada Lovelace', roles: ['admin'], status: 'suspended', externalId: 'u-1' },
    { name: 'Bob', roles: ['buyer'], status: 'active', externalId: 'u-2' },
    { name: 'Cyd' },
    { name: 'Eve', roles: ['reader'], status: 'invited' }
  ])
  t.strictSame((await operator.send(file)).body, { created: 0, updated: 0, unchanged: 3 }, 'twice is once')
  await operator.send('{"email":"bob@acme.test","roles":[],"externalId":null}', ndjson)
  t.match(await people(operator), [{ name: 'Ada Lovelace' }, { name: 'Bob', roles: { length: 0 }, externalId: null }, { name: 'Cyd' }, { name: 'Eve' }], 'JSON can empty a field')
})

void t.test('a dry run tells what would happen, and nothing does', async t => {
  const operator = await openAcme(t)
  await operator.make('/tenants/acme/members', { email: 'ada@acme.test', name: 'Ada' })
  const [before, events] = [await operator.everything(), (await operator.events()).length]
  t.strictSame((await operator.send('email,name\nada@acme.test,Ada Lovelace\nbob@acme.test,Bob', csv, '?dryRun=true')).body, { created: 1, updated: 1, unchanged: 0 })
  t.equal((await operator.send('email\nnobody', csv, '?dryRun=true')).status, 400)
  t.equal((await operator.send('email\nada@acme.test', csv, '?dryRun=perhaps')).at('code'), 'validation-failed')
  t.equal(await operator.everything(), before)
  t.equal((await operator.events()).length, events)
})

const faulty: ReadonlyArray<readonly [what: string, file: string | Buffer, type: string, faults: ReadonlyArray<readonly [line: number, field: string | null, message: RegExp]>]> = [
  ['nothing', '', csv, [[1, null, /nobody in this file/]]],
  ['headings alone', 'email,name\n', csv, [[1, null, /nobody in this file/]]],
  ['no headings', 'ada@acme.test,Ada\n', csv, [[1, 'ada@acme.test', /no column ada@acme\.test/], [1, 'Ada', /no column Ada here/], [1, 'email', /first line names the columns/]]],
  ['wrong columns', 'email,Abteilung,status,name,Name\nada@acme.test,x,active,a,b', csv, [[1, 'Abteilung', /columns are email, name, roles, externalId/], [1, 'status', /status is not imported/], [1, 'Name', /twice/]]],
  ['no email column', 'name\nAda', csv, [[1, 'email', /email must be among them/]]],
  ['wrong cells', 'email,name,roles,externalId\nada,\u202e,ünicode,a\n,Bob,,\nx@y@acme.test,,,', csv, [
    [2, 'email', /you@company\.com/], [2, 'name', /1 to 200/], [2, 'roles', /printable ASCII/], [3, 'email', /no email address/], [4, 'email', /you@company\.com/]]],
  ['the same person twice', 'email,externalId\nada@acme.test,u-1\nbob@acme.test,u-1\nADA@ACME.test,u-3', csv, [[3, 'externalId', /on line 2/], [4, 'email', /on line 2/]]],
  ['too many cells', 'email,name\nada@acme.test,Ada,Lovelace', csv, [[2, null, /more cells/]]],
  ['a quote that stays open', 'email,name\nada@acme.test,"Ada\nbob@acme.test,Bob', csv, [[2, null, /never closed/]]],
  ['a quote in a cell', 'email,name\nada@acme.test,Ada "the" Countess', csv, [[2, null, /whole cell into quotation marks/]]],
  ['an old spreadsheet', Buffer.from([...Buffer.from('email,name\nada@acme.test,Zo'), 0xeb, 0x0a]), csv, [[1, null, /UTF-8/]]],
  ['UTF-16', Buffer.from('\ufeffemail,name\nada@acme.test,Ada', 'utf16le'), csv, [[1, null, /UTF-8/]]],
  ['an endless line', `email,name\nada@acme.test,${'a'.repeat(20_000)}`, csv, [[2, null, /at most 16384/]]],
  ['an array', '[{"email":"ada@acme.test"}]', ndjson, [[1, null, /one JSON object/]]],
  ['broken JSON', '{"email":"ada@acme.test"}\n{"email":"bob@acme.test",}\n"eve@acme.test"', ndjson, [[2, null, /one JSON object/], [3, null, /one JSON object/]]],
  ['unknown fields', '{"email":"ada@acme.test","id":"mem-1"}\n{"email":"bob@acme.test","__proto__":{"roles":["admin"]},"status":"active"}', ndjson, [[1, 'id', /no field id/], [2, '__proto__', /no field __proto__/], [2, 'status', /no field status/]]],
  ['wrong types', '{"email":5,"name":{},"roles":"admin","externalId":true}\n{"email":"ada@acme.test","roles":[5]}\n{"email":"bob@acme.test","name":"a\\u0000b"}', ndjson, [
    [1, 'email', /must be text/], [1, 'name', /must be text/], [1, 'externalId', /must be text/], [2, 'roles', /must be text/], [3, 'name', /U\+0000/]]],
  ['an endless line of JSON', `{"email":"ada@acme.test"}\n{"name":"${'a'.repeat(20_000)}"}`, ndjson, [[2, null, /at most 16384/]]]
]
for (const [what, file, type, faults] of faulty) {
  void t.test(`${what}: refused line by line, and nothing is written`, async t => {
    const operator = await openAcme(t)
    const before = await operator.everything()
    const answer = await operator.send(file, type)
    t.match({ status: answer.status, body: answer.body }, { status: 400, body: { code: 'import-refused', reference: 'brave-otter-k7q2m', count: faults.length, errors: faults.map(([line, field, message]) => ({ line, field, message })) } }, answer.text)
    t.equal(await operator.everything(), before)
    t.notMatch(answer.text, /\u202e/)
  })
}

void t.test('an externalId that another member has is told with its line', async t => {
  const operator = await openAcme(t)
  await operator.make('/tenants/acme/members', { email: 'ada@acme.test', externalId: 'u-1' })
  const before = await operator.everything()
  const answer = await operator.send('email,externalId\nbob@acme.test,u-2\neve@acme.test,u-1')
  t.match(answer.body, { code: 'import-refused', count: 1, errors: [{ line: 3, field: 'externalId', message: /Another member/ }] })
  t.equal(await operator.everything(), before)
})

void t.test('of a thousand faults the first hundred are told, and how many there are', async t => {
  const operator = await openAcme(t)
  const answer = await operator.send(`email\n${'nobody\n'.repeat(1_000)}`)
  t.match(answer.body, { count: 1_000, errors: { length: 100, 0: { line: 2 }, 99: { line: 101 } } })
})

void t.test('a hundred thousand people are one import; one more is too many', async t => {
  const operator = await openAcme(t)
  const lines = Array.from({ length: 100_000 }, (_, index) => `person-${index}@acme.test,Person ${index},buyer,u-${index}`).join('\n')
  const startedAt = performance.now()
  const answer = await operator.send(`email,name,roles,externalId\n${lines}`)
  t.comment(`${Math.round(performance.now() - startedAt)} ms`)
  t.strictSame(answer.body, { created: 100_000, updated: 0, unchanged: 0 }, answer.text.slice(0, 300))
  t.match(await operator.database.raw('select count(*) from members where tenant_id = (select id from tenants)'), [{ count: '100000' }])
  const tooMany = await operator.send(`email,name,roles,externalId\n${lines}\none-more@acme.test,,,`)
  t.match(tooMany.body, { count: 1, errors: [{ line: 100_002, field: null, message: /at most 100000 people/ }] })
})

void t.test('only files are taken, for a tenant that there is, from an operator', async t => {
  const operator = await openAcme(t)
  t.equal((await operator.ask('POST', '/tenants/acme/members/import', { email: 'ada@acme.test' })).at('code'), 'body-malformed')
  t.equal((await operator.ask('POST', '/tenants/acme/members/import')).at('code'), 'body-malformed')
  t.equal((await operator.send('email\nada@acme.test', 'text/plain')).at('code'), 'body-malformed')
  t.equal((await operator.ask('POST', '/tenants/globex/members/import', 'email\nada@acme.test', { 'content-type': csv })).status, 404)
  const unsigned = await operator.app.inject({ method: 'POST', url: '/api/v1/tenants/acme/members/import', payload: 'email\nada@acme.test', headers: { 'content-type': csv } })
  t.equal(unsigned.statusCode, 401)
  t.strictSame(await people(operator), [])
})

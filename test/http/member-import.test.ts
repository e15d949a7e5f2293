// Over a real connection: is a file read while it arrives, and what is left when it breaks off?
import { request as send } from 'node:http'
import t from 'tap'
import { until } from '../postgres/until.ts'
import { openHouse } from './house.ts'

const house = await openHouse(t)
const headers = { authorization: `Bearer ${house.gateway.operatorToken}`, 'content-type': 'text/csv' }
const line = (index: number) => `person-${index}@acme.test,${'Person '.repeat(20)}${index}\n`

/** Begins an upload and hands out its end. */
function upload (): ReturnType<typeof send> {
  const { hostname, port } = new URL(house.gateway.url)
  return send({ hostname, port, path: '/api/v1/tenants/acme/members/import', method: 'POST', headers })
}

void t.test('a file may weigh more than any other body', async t => {
  const body = `email,name\n${Array.from({ length: 5_000 }, (_, index) => line(index)).join('')}`
  t.ok(body.length > 10 * 64 * 1024)
  t.match(await house.ask('POST', '/api/v1/tenants/acme/members/import', { headers, body }), { status: 200, body: { created: 5_000, updated: 0, unchanged: 0 } })
  t.match(await house.ask('POST', '/api/v1/tenants', { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify({ name: 'x'.repeat(70_000) }) }), { status: 413 }, 'and nothing else may')
})

/** How many imports have begun to write beside the table. */
async function underWay (): Promise<number> {
  const [row] = await house.sql("select count(*)::int from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle' and query like '%staged_members%'")
  return Number(row?.['count'])
}

void t.test('an upload that breaks off leaves nothing, and is no fault', async t => {
  const before = await house.count('members')
  const broken = upload()
  broken.on('error', () => {})
  broken.write('email,name\nfirst@acme.test,First\n')
  for (let index = 10_000; index < 13_000; index++) broken.write(line(index))
  await until('the import has begun', async () => await underWay() === 1)
  broken.destroy()
  await until('the import is over', async () => await underWay() === 0)
  t.equal(await house.count('members'), before)
  t.notMatch(house.log.join('\n'), /"level":50/)
  t.match(await house.ask('POST', '/api/v1/tenants/acme/members/import', { headers, body: 'email\nafter@acme.test\n' }), { status: 200, body: { created: 1 } }, 'the next one is taken')
})

void t.test('faults are answered also where the rest of the file is not read any more', async t => {
  const body = `email,Abteilung\n${Array.from({ length: 5_000 }, (_, index) => line(index)).join('')}`
  t.match(await house.ask('POST', '/api/v1/tenants/acme/members/import', { headers, body }), { status: 400, body: { code: 'import-refused', count: 1, errors: [{ line: 1, field: 'Abteilung' }] } })
})

void t.test('while somebody uploads slowly, people sign in and are changed', async t => {
  const slow = upload()
  const answered = new Promise<number>((resolve, reject) => { slow.once('response', response => { response.resume(); resolve(response.statusCode ?? 0) }); slow.once('error', reject) })
  slow.write('email,name\nada@acme.test,Ada Lovelace\n')
  for (let index = 20_000; index < 22_500; index++) slow.write(line(index))
  await until('the import has begun', async () => await underWay() === 1)
  const ada = house.acme.members.get('ada@acme.test') ?? ''
  await house.patch(`/tenants/acme/members/${ada}`, { roles: ['admin'] })
  await house.signIn('ada@acme.test')
  slow.end()
  t.equal(await answered, 200)
  t.match((await house.gateway.api('GET', `/tenants/acme/members/${ada}`)).body, { name: 'Ada Lovelace', roles: ['admin'], status: 'active' })
})

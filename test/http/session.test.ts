// What does the product learn of who is signed in, and does asking keep anybody signed in?
import t from 'tap'
import { openHouse } from './house.ts'

const house = await openHouse(t)
const { ask, acme, url, clock, ordersHost } = house
const { cookie } = await house.signIn()
const begun = clock.now()

void t.test('Signed in: the person, the company, the roles and the end, and nothing else', async t => {
  const answer = await ask('GET', '/auth/session', { headers: { cookie } })
  t.equal(answer.status, 200)
  t.strictSame(answer.body, {
    member: { id: acme.members.get('ada@acme.test'), email: 'ada@acme.test', name: 'Ada Acme', externalId: null },
    tenant: { id: acme.id, slug: 'acme', name: 'Acme Corp' },
    roles: ['admin', 'buyer'],
    authTime: answer.body['authTime'],
    expiresAt: new Date(begun.getTime() + 43_200_000).toISOString(),
    idleExpiresAt: new Date(begun.getTime() + 3_600_000).toISOString(),
    logoutUrl: `${url}/auth/logout`
  })
  t.ok(Math.abs(Date.parse(String(answer.body['authTime'])) - begun.getTime()) < 5_000)
  t.equal(answer.headers['cache-control'], 'no-store')
  t.notOk('set-cookie' in answer.headers)
})

void t.test('Not signed in: 401 with the way in for a script, the way itself for somebody who opened the address', async t => {
  const script = await ask('GET', '/auth/session', { headers: { 'sec-fetch-mode': 'cors' } })
  t.equal(script.status, 401)
  t.match(script.body, { type: 'urn:gatehouse:problem:not-signed-in', title: String, status: 401, code: 'not-signed-in', reference: /^[a-z]+-[a-z]+-\w{5}$/, loginUrl: `${url}/auth/login` })
  t.equal(script.headers['location'], `${url}/auth/login`)
  t.equal(script.headers['cache-control'], 'no-store')
  const page = await ask('GET', '/auth/session', { headers: { 'sec-fetch-mode': 'navigate' } })
  t.equal(page.status, 303)
  t.equal(page.headers['location'], `${url}/auth/login`)
  t.equal((await ask('GET', '/auth/session', { headers: { accept: 'text/html' } })).status, 303, 'where a browser is too old for fetch metadata')
  t.equal((await ask('GET', '/auth/session', { headers: { accept: 'text/html', 'sec-fetch-mode': 'cors' } })).status, 401, 'fetch metadata counts first')
  const elsewhere = await ask('GET', '/auth/session', { headers: { cookie, host: ordersHost } })
  t.equal(elsewhere.status, 401, 'a session is its host\'s')
  t.equal(elsewhere.body['loginUrl'], `http://${ordersHost}/auth/login`, 'and so is the way to one')
})

void t.test('Another site\'s script cannot read it; an app\'s can', async t => {
  const read = async (origin: string) => (await ask('GET', '/auth/session', { headers: { cookie, origin } })).headers
  t.equal((await read(`http://${ordersHost}`))['access-control-allow-origin'], `http://${ordersHost}`)
  t.notOk('access-control-allow-origin' in await read('https://evil.test'))
  const refused = await ask('GET', '/auth/session', { headers: { origin: `http://${ordersHost}` } })
  t.equal(refused.headers['access-control-allow-origin'], `http://${ordersHost}`, 'nor without a session, or it would never learn where the login is')
})

void t.test('Asking keeps the session alive, unless it says touch=false', async t => {
  clock.advance(3_000)
  const quiet = await ask('GET', '/auth/session?touch=false', { headers: { cookie } })
  t.equal(quiet.body['idleExpiresAt'], new Date(begun.getTime() + 3_600_000).toISOString(), 'not moved')
  const asked = await ask('GET', '/auth/session', { headers: { cookie } })
  t.equal(asked.body['idleExpiresAt'], new Date(begun.getTime() + 6_600_000).toISOString(), 'moved')
  clock.advance(3_000)
  for (const query of ['?touch=false', '?touch=false&x=1']) t.equal((await ask('GET', `/auth/session${query}`, { headers: { cookie } })).status, 200)
  clock.advance(600)
  t.match((await ask('GET', '/auth/session?touch=false', { headers: { cookie } })).body, { code: 'session-expired', status: 401, loginUrl: String })
})

void t.test('Nothing but the absolute end stops somebody who is always there', async t => {
  const { cookie: busy } = await house.signIn()
  const statuses: number[] = []
  for (let hours = 0; hours < 24; hours++) {
    statuses.push((await ask('GET', '/auth/session', { headers: { cookie: busy } })).status)
    clock.advance(1_800)
  }
  t.ok(statuses.every(status => status === 200))
  t.match((await ask('GET', '/auth/session', { headers: { cookie: busy } })).body, { code: 'session-expired' })
})

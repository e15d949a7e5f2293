// Can one who asks too often keep others from signing in?
import t from 'tap'
import { openHouse } from '../http/house.ts'
import { createTenancy } from '../world/tenancy.ts'
import { atCallback, nextUrl, signIn } from './signing-in.ts'

const LIMIT = 6
const API_LIMIT = 40
const house = await openHouse(t, { LOGIN_RATE_LIMIT: String(LIMIT), API_RATE_LIMIT: String(API_LIMIT), TRUSTED_PROXIES: '127.0.0.1' })
await createTenancy(house.gateway, { slug: 'globex', name: 'Globex', domains: ['globex.test'], org: house.org, appLabel: 'Northwind of Globex' })
const acmeTile = `/auth/initiate/${house.acme.connection}`

let visitors = 0
/** Everybody comes from an address of their own. */
const from = (address = `198.51.100.${++visitors}`) => ({ 'x-forwarded-for': address, 'x-forwarded-proto': 'http', 'sec-fetch-mode': 'navigate' })
const post = async (email: string, headers: Record<string, string> = from()) => await house.ask('POST', '/auth/login', { headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ email }).toString() })

void t.test('A crowd at one company is held back at every door; the others sign in, and whoever was under way arrives', async t => {
  const early = house.browser()
  await signIn(house, early, 'ada@acme.test', atCallback)
  const statuses: number[] = []
  for (let visitor = 1; visitor < LIMIT; visitor++) statuses.push((await post(`person-${visitor}@acme.test`)).status)
  t.strictSame(statuses, Array.from({ length: LIMIT - 1 }, () => 303), 'with hers they are as many as may begin')

  const attempts = await house.count('attempts')
  const doors = [await post('ada@acme.test'), await house.ask('GET', '/auth/login?tenant=acme', { headers: from() }), await house.ask('GET', '/auth/login?login_hint=ada@acme.test', { headers: from() }), await house.ask('GET', acmeTile, { headers: from() })]
  for (const { status, headers, text } of doors) {
    t.equal(status, 429)
    t.match(text, /Very many people are signing in at your company right now\. Try again in \d+ seconds\./)
    t.ok(Number(headers['retry-after']) >= 1)
    t.notOk('set-cookie' in headers)
  }
  t.equal(await house.count('attempts'), attempts, 'nothing is written for whoever is held back')
  t.ok(house.log.some(line => line.includes('"tenant-busy"') && line.includes('"tenant":"acme"')), 'the log says at which company')

  t.equal((await post('gus@globex.test')).status, 303, 'another company notices nothing')
  t.equal((await house.ask('GET', '/auth/login', { headers: from() })).status, 200, 'nor does the page')
  await early.follow(next => next.pathname === '/home')
  t.equal(nextUrl(early.page()).href, house.home, 'who came back from Okta is in')
})

void t.test('Held back or not, nobody learns which people exist', async t => {
  const told = async (email: string) => {
    const { status, text } = await post(email)
    return { status, text: text.replaceAll(/\d+ seconds/g, 'some seconds').replaceAll(email, 'their address') }
  }
  const known = await told('ada@acme.test')
  for (const email of ['nobody@acme.test', 'ADA@ACME.TEST', 'ada+x@acme.test', 'zo\u00eb@acme.test']) t.strictSame(await told(email), known, encodeURI(email))
  t.equal(known.status, 429)
})

void t.test('One address that asks for all of them is stopped itself, and no company is', async t => {
  const noisy = from('203.0.113.200')
  const statuses: number[] = []
  for (let round = 0; round < LIMIT + 4; round++) statuses.push((await post('ida@globex.test', noisy)).status)
  t.strictSame(statuses, [...Array.from({ length: LIMIT }, () => 303), 429, 429, 429, 429])
  t.match((await house.ask('GET', '/auth/login', { headers: noisy })).text, /Too many sign-ins came from your network at once/)
  t.equal((await post('gus@globex.test')).status, 303)
})

void t.test('What proxies and verifiers ask is never limited', async t => {
  const headers = from('203.0.113.200')
  for (let round = 0; round < 2 * API_LIMIT; round++) {
    t.equal((await house.ask('GET', '/auth/check?app=northwind', { headers })).status, 401)
    t.equal((await house.ask('GET', '/.well-known/jwks.json', { headers })).status, 200)
  }
})

void t.test('The operator API is limited by address, also for whoever tries tokens', async t => {
  const guess = async (address: string) => await house.ask('GET', '/api/v1/tenants', { headers: { 'x-forwarded-for': address, authorization: 'Bearer guessed' } })
  for (let round = 0; round < API_LIMIT; round++) t.equal((await guess('203.0.113.9')).status, 401)
  const refused = await guess('203.0.113.9')
  t.match(refused.body, { code: 'too-many-requests', status: 429 })
  t.ok(Number(refused.headers['retry-after']) >= 1)
  t.equal((await guess('203.0.113.10')).status, 401)
})

import t from 'tap'
import type { Access } from '../../../src/flows/check-access.ts'
import { createCrowd } from '../../../src/http/upstream/crowd.ts'
import { tokenOf } from '../../flows/live-session.ts'
import { adaSession, idOf, northwindApp } from '../../tenant/acme.ts'
import { startSteeredUpstream } from '../../world/steered-upstream.ts'
import { buildServedApp } from './served-app.ts'

const upstream = await startSteeredUpstream()
t.teardown(async () => { await upstream.stop() })
const [host, otherHost] = ['desk.northwind.test', 'docs.northwind.test']
const apps = [northwindApp({ hosts: [host], upstream: upstream.url }), northwindApp({ id: idOf('app', 7), hosts: [otherHost], upstream: upstream.url })]

void t.test('a crowd counts each name for itself, and whoever leaves twice leaves once', async t => {
  const crowd = createCrowd(2)
  const [first, second] = [crowd.enter('a'), crowd.enter('a')]
  t.ok(first)
  t.equal(crowd.enter('a'), null)
  t.ok(crowd.enter('b'))
  first?.()
  first?.()
  t.ok(crowd.enter('a'))
  t.equal(crowd.enter('a'), null)
  second?.()
  t.ok(crowd.enter('a'))
})

/** Everybody who asks is another member, or always the same. */
async function open (t: { teardown (done: () => Promise<void>): unknown }, limits: { ofMember: number, unanswered: number }, everybody: 'another' | 'the same') {
  let asked = 0
  const checkAccess = (): Access => ({
    kind: 'allowed',
    session: { ...adaSession, member: { ...adaSession.member, id: idOf('mem', everybody === 'another' ? asked++ : 0) } },
    issued: tokenOf(adaSession)
  })
  const { server, cookie } = await buildServedApp(t, { apps: () => apps, checkAccess, limits })
  return async (at = host, url = '/x') => await server.inject({ url, headers: { host: at, cookie } })
}

/** Holds the next requests back until it is called. */
function holdBack (t: { teardown (done: () => void): unknown }, count: number): { readonly came: Promise<void>, readonly release: () => void } {
  const { answer } = upstream
  const held: Array<() => void> = []
  const { promise: came, resolve } = Promise.withResolvers<void>()
  t.teardown(() => { upstream.answer = answer })
  upstream.answer = (_request, response) => {
    held.push(() => { response.end('done') })
    if (held.length === count) resolve()
  }
  return { came, release: () => { upstream.answer = answer; for (const one of held) one() } }
}

void t.test('an app that does not answer keeps so many waiting and no more; the others are served', async t => {
  const ask = await open(t, { ofMember: 10, unanswered: 2 }, 'another')
  const { came, release } = holdBack(t, 2)
  const waiting = [ask(), ask()]
  await came
  const refused = await ask()
  t.equal(refused.statusCode, 502)
  t.equal(refused.headers['retry-after'], '1')
  t.match(refused.json(), { code: 'upstream-unreachable' })
  release()
  t.equal((await ask(otherHost)).statusCode, 200)
  for (const one of waiting) t.equal((await one).statusCode, 200)
  t.equal((await ask()).statusCode, 200)
})

void t.test('one member may have so many open at once, at all apps together, and is told when it is too much', async t => {
  const ask = await open(t, { ofMember: 2, unanswered: 10 }, 'the same')
  const { came, release } = holdBack(t, 2)
  const waiting = [ask(), ask(otherHost)]
  await came
  const refused = await ask()
  t.equal(refused.statusCode, 429)
  t.equal(refused.headers['retry-after'], '1')
  t.match(refused.json(), { code: 'too-many-requests' })
  release()
  await Promise.all(waiting)
  t.equal((await ask()).statusCode, 200)
})

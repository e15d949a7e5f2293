// When something is ended, who learns of it, and how soon? The person's browsers, the operator, and a service behind the gateway.
import t from 'tap'
import type { Browser } from '../world/browser.ts'
import { createClock } from '../world/clock.ts'
import { createTenancy } from '../world/tenancy.ts'
import { ask, signIn, whoAmI } from './signing-in.ts'
import { openOrg, openWorld } from './world.ts'

interface Watch {
  ask (): Promise<void>
  stop (): void
  hasEnded (sid: string): boolean
  isFresh (): boolean
}
// As the page for product engineers shows it.
const { watchEnded }: { watchEnded: (options: { gateway: string, operatorToken: string, seconds: number, now: () => number }) => Watch } = await import(new URL('../../docs/recipes/node/ended.mjs', import.meta.url).href)

const clock = createClock(new Date())
const okta = await openOrg(t, clock, 'acme', ['ada@acme.test', 'bob@acme.test'])
const globexOkta = await openOrg(t, clock, 'globex', ['gus@globex.test'])
const world = await openWorld(t, [okta.url, globexOkta.url], {}, clock)
const acme = await createTenancy(world.gateway, { slug: 'acme', name: 'Acme', domains: ['acme.test'], org: okta, members: ['ada@acme.test', 'bob@acme.test'].map(email => ({ email, name: email })) })
await createTenancy(world.gateway, { slug: 'globex', name: 'Globex', domains: ['globex.test'], org: globexOkta, members: [{ email: 'gus@globex.test', name: 'Gus' }] })

const watch = watchEnded({ gateway: world.gateway.url, operatorToken: world.gateway.operatorToken, seconds: 86_400, now: () => clock.now().getTime() })
t.teardown(() => { watch.stop() })

/** Somebody in a browser, and the `sid` that a service behind the gateway sees. */
async function begin (email: string): Promise<{ browser: Browser, sid: string }> {
  const browser = world.browser()
  await signIn(world, browser, email)
  const { body } = await ask(world, browser, '/auth/token', 'POST', { 'x-csrf': '1' })
  const claims: { sid: string } = JSON.parse(Buffer.from(String(body['access_token']).split('.')[1] ?? '', 'base64url').toString())
  return { browser, sid: claims.sid }
}
const asked = async (sid: string): Promise<number> => (await world.gateway.api('GET', `/sessions/${sid}`)).status
const end = async (path: string): Promise<void> => { await world.heard(async () => await world.gateway.api('DELETE', path)) }

/** What each of these people, and a service that holds their tokens, would see. */
async function look (...people: ReadonlyArray<{ browser: Browser, sid: string }>) {
  await watch.ask()
  return await Promise.all(people.map(async ({ browser, sid }) => {
    const signedIn = (await whoAmI(world, browser, '?touch=false')).status === 200
    const [inFeed, bySid] = [watch.hasEnded(sid), await asked(sid)]
    if (signedIn) return !inFeed && bySid === 200 ? 'in' : `in, but ${inFeed} and ${bySid}`
    return inFeed && bySid === 404 ? 'out' : `out, but ${inFeed} and ${bySid}`
  }))
}

void t.test('a person signs out everywhere, and every service that asks knows it', async t => {
  const [laptop, phone, bob] = [await begin('ada@acme.test'), await begin('ada@acme.test'), await begin('bob@acme.test')]
  t.strictSame(await look(laptop, phone, bob), ['in', 'in', 'in'])
  await laptop.browser.visit(`${world.url}/auth/logout`)
  t.match(laptop.browser.page().text, /Sign out everywhere/)
  await world.heard(async () => await laptop.browser.submit('/auth/logout', { everywhere: 'true' }))
  t.strictSame(await look(laptop, phone, bob), ['out', 'out', 'in'])
})

void t.test('an operator ends one session, those of a member, of a tenant, of all, and it reaches nobody else', async t => {
  const [one, other, bob, gus] = [await begin('ada@acme.test'), await begin('ada@acme.test'), await begin('bob@acme.test'), await begin('gus@globex.test')]
  await end(`/sessions/${one.sid}`)
  t.strictSame(await look(one, other, bob, gus), ['out', 'in', 'in', 'in'])
  await end(`/tenants/acme/members/${acme.members.get('ada@acme.test') ?? ''}/sessions`)
  t.strictSame(await look(one, other, bob, gus), ['out', 'out', 'in', 'in'])
  await end('/tenants/acme/sessions')
  t.strictSame(await look(one, other, bob, gus), ['out', 'out', 'out', 'in'])
  t.equal((await world.gateway.api('DELETE', '/sessions')).status, 400)
  t.strictSame(await look(gus), ['in'])
  await end('/sessions?confirm=all')
  t.strictSame(await look(one, other, bob, gus), ['out', 'out', 'out', 'out'])
})

void t.test('what is only refused for now is refused by sid, and is in no list of what has ended', async t => {
  const bob = await begin('bob@acme.test')
  const changes: ReadonlyArray<readonly [path: string, closed: object, open: object]> = [
    [`/tenants/acme/members/${acme.members.get('bob@acme.test') ?? ''}`, { status: 'suspended' }, { status: 'active' }],
    ['/tenants/acme', { ssoEntitled: false }, { ssoEntitled: true }]
  ]
  for (const [path, closed, open] of changes) {
    await world.heard(async () => await world.patch(path, closed))
    t.strictSame(await look(bob), ['out, but false and 404'], path)
    await world.heard(async () => await world.patch(path, open))
    t.strictSame(await look(bob), ['in'], path)
  }
  clock.advance(3_601)
  t.strictSame(await look(bob), ['out, but false and 404'], 'idle')
})

void t.test('a member who is deleted, and a retired connection that is, take their sign-ins along', async t => {
  const [bob, ada] = [await begin('bob@acme.test'), await begin('ada@acme.test')]
  await end(`/tenants/acme/members/${acme.members.get('bob@acme.test') ?? ''}`)
  t.strictSame(await look(bob, ada), ['out', 'in'])
  await world.heard(async () => await world.gateway.api('POST', `/tenants/acme/connections/${acme.connection}/retire`, {}))
  t.strictSame(await look(ada), ['out, but false and 404'])
  await end(`/tenants/acme/connections/${acme.connection}`)
  t.strictSame(await look(ada), ['out'])
})

void t.test('a service forgets an end when its last token is dead, and knows when it has not heard for long', async t => {
  const gus = await begin('gus@globex.test')
  await end(`/sessions/${gus.sid}`)
  await watch.ask()
  t.ok(watch.hasEnded(gus.sid))
  t.ok(watch.isFresh())
  clock.advance(3_901)
  await watch.ask()
  t.notOk(watch.hasEnded(gus.sid))
  clock.advance(3 * 86_400)
  t.notOk(watch.isFresh())
})

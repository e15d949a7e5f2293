// What does a whole sign-in cost the gateway? Both of its requests, for somebody it knows; the browser and the provider are elsewhere.
import type { Finding } from './finding.ts'
import { fire } from './load.ts'
import { inTurn, summarize } from './rounds.ts'
import type { Scene } from './scene.ts'
import { keepAwake } from './keep-awake.ts'

const LOGINS = 48
// V8 goes on compiling what a login runs for thousands of them: these are a first busy quarter of an hour, and not what is asked about.
const LOGINS_BEFORE = 6_000
const AT_ONCE_BEFORE = 8
// As many as a busy gateway has under way: while the provider and the database answer one, it goes on with the others.
const AT_ONCE = 16
const BARE_REQUESTS = 8_000

interface Cost { readonly cpuMs: number, readonly statements: number, readonly tokenRequests: number, readonly otherRequests: number, readonly wallMs: number }

export async function measureLogin (scene: Scene): Promise<Finding[]> {
  const bareShot = { url: `${scene.bare.url}/auth/check`, visitors: [{ accept: '*/*' }], amount: BARE_REQUESTS, expectedStatus: 200 }
  for (let done = 0; done < LOGINS_BEFORE; done += AT_ONCE_BEFORE) await signInTogether(scene, AT_ONCE_BEFORE)
  const letSleep = keepAwake(scene.cores)
  const rounds = await inTurn({
    alone: async () => await cost(scene, 1),
    few: async () => await cost(scene, 4),
    together: async () => await cost(scene, AT_ONCE),
    bare: async () => ({ cpuMs: (await fire(scene.bare, bareShot)).cpuMicroseconds / 1000, statements: 0, tokenRequests: 0, otherRequests: 0, wallMs: 0 })
  }, { rounds: 20, warmUp: 2, mostSeconds: 60 }).finally(letSleep)
  const each = (value: (round: typeof rounds[number]) => number) => summarize(rounds.map(value))
  return [
    { what: `login: CPU, ${AT_ONCE} at a time`, unit: 'ms', ...each(({ together }) => together.cpuMs), must: { atMost: 2 } },
    { what: 'login: CPU, four at a time', unit: 'ms', ...each(({ few }) => few.cpuMs) },
    { what: 'login: CPU, one after the other', unit: 'ms', ...each(({ alone }) => alone.cpuMs) },
    { what: `login: CPU, ${AT_ONCE} at a time, in requests to a bare route`, unit: '', ...each(({ together, bare }) => together.cpuMs / bare.cpuMs) },
    { what: 'login: SQL statements', unit: '', ...each(({ alone }) => alone.statements), must: { atMost: 12 } },
    { what: 'login: token requests to the provider', unit: '', ...each(({ alone }) => alone.tokenRequests), must: { atMost: 1 } },
    { what: 'login: other requests to the provider', unit: '', ...each(({ alone }) => alone.otherRequests), must: { atMost: 0 } },
    { what: 'login: time, one after the other, provider and browser included', unit: 'ms', ...each(({ alone }) => alone.wallMs) }
  ]
}

/** Of one login, as the mean of a few dozen. */
async function cost (scene: Scene, atOnce: number): Promise<Cost> {
  const [before, askedBefore, startedAt] = [await scene.gateway.usage(), await scene.asked(), performance.now()]
  for (let done = 0; done < LOGINS; done += atOnce) await signInTogether(scene, atOnce)
  const wallMs = (performance.now() - startedAt) / LOGINS
  const [after, askedAfter] = [await scene.gateway.usage(), await scene.asked()]
  return {
    wallMs,
    cpuMs: (after.cpuMs - before.cpuMs) / LOGINS,
    statements: (after.statements - before.statements) / LOGINS,
    tokenRequests: (askedAfter.token - askedBefore.token) / LOGINS,
    otherRequests: (askedAfter.other - askedBefore.other) / LOGINS
  }
}

async function signInTogether (scene: Scene, atOnce: number): Promise<void> {
  await Promise.all(Array.from({ length: atOnce }, async () => await scene.signIn()))
}

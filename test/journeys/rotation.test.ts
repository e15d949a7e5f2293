// Does anybody who verifies our tokens with jose, as it comes, notice that the keys change?
import { createRemoteJWKSet, customFetch, decodeProtectedHeader, errors, type FetchImplementation, type JWTVerifyGetKey, jwtVerify } from 'jose'
import t, { type Test } from 'tap'
import { type House, openHouse } from '../http/house.ts'
import { made } from '../world/tenancy.ts'

interface Kept { readonly token: string, readonly kid: string, readonly app: string, readonly until: Date }
interface Verifier { readonly name: string, readonly keys: JWTVerifyGetKey, readonly everyMinutes: number, readonly fetches: Date[] }

t.setTimeout(120_000)
const MINUTE = 60
// Of the contract: the longest that an app may ask for, and the shortest.
const lifetimes = { northwind: 3_600, orders: 60 } as const
const audiences = { northwind: 'https://api.northwind.test', orders: 'https://orders.northwind.test' } as const

async function openRotation (t: Test, environment: Readonly<Record<string, string>> = {}) {
  const house = await openHouse(t, environment)
  await house.heard(async () => await house.patch('/apps/northwind', { tokenLifetimeSeconds: lifetimes.northwind }))
  // How long jose keeps a set goes by the clock of the machine, which is ours from here on.
  t.intercept(Date, 'now', { value: () => house.clock.now().getTime() })
  const { cookie } = await house.signIn()

  const issue = async (app: keyof typeof lifetimes): Promise<Kept> => {
    const { body } = await house.ask('POST', '/auth/token', { headers: { cookie, 'x-csrf': '1', 'content-type': 'application/json' }, body: JSON.stringify({ app }) })
    const token = String(body['access_token'])
    return { token, app: audiences[app], kid: String(decodeProtectedHeader(token).kid), until: new Date(house.clock.now().getTime() + Number(body['expires_in']) * 1000) }
  }
  return { house, issue, pass: house.clock.advance, verify: async (keys: JWTVerifyGetKey, { token, app }: Kept) => await jwtVerify(token, keys, { issuer: house.url, audience: app, typ: 'at+jwt', algorithms: ['ES256'], requiredClaims: ['exp', 'sub', 'tenant_id'], currentDate: house.clock.now() }) }
}

/** What a proxy does on the way that keeps to `max-age`, before a verifier that knows nothing of it. */
function keepFor (seconds: (answer: Response) => number, send: FetchImplementation): FetchImplementation {
  let kept: { answer: Response, until: number } | null = null
  return async (url, options) => {
    if (kept === null || Date.now() >= kept.until) {
      const answer = await send(url, options)
      kept = { answer, until: Date.now() + seconds(answer) * 1000 }
    }
    return kept.answer.clone()
  }
}

const maxAge = (answer: Response) => Number(/max-age=(\d+)/.exec(answer.headers.get('cache-control') ?? '')?.[1])

function openVerifiers (house: House): readonly Verifier[] {
  const verifier = (name: string, everyMinutes: number, { cached = false, asksForUnknown = true } = {}): Verifier => {
    const fetches: Date[] = []
    const send: FetchImplementation = async (url, options) => {
      fetches.push(house.clock.now())
      return await fetch(url, options)
    }
    const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', house.gateway.url), {
      [customFetch]: cached ? keepFor(maxAge, send) : send,
      ...(asksForUnknown ? {} : { cooldownDuration: Infinity })
    })
    return { name, everyMinutes, keys, fetches }
  }
  return [
    verifier('as it comes', 1),
    verifier('seldom asked', 7),
    verifier('behind a cache', 1, { cached: true }),
    // Only this one shows that the next key was published long enough: the others would ask when they meet an unknown one.
    verifier('behind a cache, never asks for an unknown key', 1, { cached: true, asksForUnknown: false })
  ]
}

const published = async (house: House): Promise<string[]> => {
  const { body } = await house.ask('GET', '/.well-known/jwks.json')
  return [body['keys']].flat().map(key => String(Object(key)['kid']))
}

/** Step by step: a token for each app, and every one that still lives is tried everywhere. Returns what was seen. */
async function watch (rotation: Awaited<ReturnType<typeof openRotation>>, verifiers: readonly Verifier[], minutes: number, stepMinutes = 1) {
  const { house, issue, pass, verify } = rotation
  const failures: string[] = []
  const signed = new Set<string>()
  const sets = new Set<string>()
  let living: Kept[] = []
  let verified = 0
  for (let minute = 0; minute < minutes; minute += stepMinutes) {
    // What a running gateway does once a minute. Its memory hears of a new key within two real seconds, which here are half an hour.
    const told = house.statements.length
    await house.gateway.gateway.tend()
    if (house.statements.slice(told).some(sql => sql.startsWith('insert into "signing_keys"'))) await house.heard(async () => {})
    living = [...living.filter(({ until }) => until > house.clock.now()), await issue('northwind'), await issue('orders')]
    const distinct = living.filter((one, place) => living.findIndex(({ token }) => token === one.token) === place)
    for (const { kid } of distinct) signed.add(kid)
    sets.add((await published(house)).join(' '))
    for (const { name, keys, everyMinutes } of verifiers) {
      if (minute % everyMinutes !== 0) continue
      for (const one of distinct) {
        await verify(keys, one).then(() => { verified++ }, (error: unknown) => { failures.push(`minute ${minute}, ${name}, ${one.kid}: ${String(error)}`) })
      }
    }
    living = distinct
    pass(stepMinutes * MINUTE)
  }
  return { failures, signed: [...signed], sets: [...sets], verified }
}

void t.test('A rotation that an operator asks for: published, then signing, then retired, and no verification fails on the way', async t => {
  const rotation = await openRotation(t)
  const { house } = rotation
  const verifiers = openVerifiers(house)
  const before = await watch(rotation, verifiers, 15)
  const [old = ''] = before.signed
  await house.heard(async () => { await made(house.gateway, '/signing-keys/rotate', {}) })
  const [next = ''] = await published(house)
  t.strictSame(await published(house), [next, old])

  const hour = await watch(rotation, verifiers, 60)
  t.strictSame(hour.signed, [old], 'for an hour the next one is only shown')
  const after = await watch(rotation, verifiers, 75)
  t.strictSame(after.sets, [`${next} ${old}`, next], 'the old one goes when its last token has ended')
  t.ok(after.signed.includes(next))
  t.equal((await rotation.issue('northwind')).kid, next)
  t.strictSame([...before.failures, ...hour.failures, ...after.failures], [])
  t.ok(before.verified + hour.verified + after.verified > 500)
  t.equal(verifiers[0]?.fetches.length, 15, 'nobody asked more often than every ten minutes')
})

void t.test('Keys that rotate by themselves, as fast as may be configured, do the same again and again', async t => {
  const rotation = await openRotation(t, { KEY_PUBLISH_SECONDS: '1800', KEY_ROTATION_SECONDS: '1800' })
  const verifiers = openVerifiers(rotation.house)
  const { failures, signed, sets } = await watch(rotation, verifiers, 240, 2)
  t.strictSame(failures, [])
  t.ok(signed.length >= 5, `${signed.length} keys have signed`)
  t.ok(sets.every(set => set.split(' ').length <= 5), 'and those before them are gone')
})

void t.test('An emergency: new tokens are good at once, old ones no longer than a verifier keeps its keys', async t => {
  const { house, issue, pass, verify } = await openRotation(t)
  const open = () => createRemoteJWKSet(new URL('/.well-known/jwks.json', house.gateway.url))
  const [quiet, busy, fresh] = [open(), open(), open()]
  const stolen = await issue('northwind')
  for (const keys of [quiet, busy]) await verify(keys, stolen)
  pass(5 * MINUTE)
  await verify(fresh, stolen)
  await house.heard(async () => { await made(house.gateway, '/signing-keys/rotate', { emergency: true }) })
  const good = await issue('northwind')
  t.not(good.kid, stolen.kid, 'the token in hand was not given out again')
  t.strictSame(await published(house), [good.kid])

  await t.resolves(verify(busy, good), 'a verifier that meets the new key fetches it')
  await t.rejects(verify(busy, stolen), errors.JWKSNoMatchingKey, 'and has forgotten the old one by that')
  await t.rejects(verify(fresh, good), errors.JWKSNoMatchingKey, 'one that fetched just before waits out its 30 seconds')
  await t.resolves(verify(quiet, stolen), 'one that meets nothing new believes the old one')
  pass(30)
  await t.resolves(verify(fresh, good))
  pass(5 * MINUTE - 31)
  await t.resolves(verify(quiet, stolen), 'for ten minutes after it has fetched')
  pass(1)
  await t.rejects(verify(quiet, stolen), errors.JWKSNoMatchingKey, 'and not a second longer')
  await t.resolves(verify(quiet, await issue('northwind')))
})

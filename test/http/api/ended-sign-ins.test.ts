// Can a service learn cheaply which tokens not to believe any more?
import t from 'tap'
import { openOperator } from './operator.ts'
import { settle, signIn } from './signed-in.ts'

// Beyond any clock that the database may have: what has run out by itself is not told.
const A_CENTURY = 3_155_760_000

async function open (test: Parameters<typeof openOperator>[0]) {
  const operator = await openOperator(test)
  operator.clock.advance(A_CENTURY)
  return { ...operator, acme: await settle(operator, 'acme', 'ada@acme.test'), begin: async (name: string) => (await signIn(operator, await acmeOf(), name)).signIn }

  async function acmeOf () {
    const [row] = await operator.database.raw('select connections.tenant_id as tenant, connections.id as connection, members.id as member from connections, members')
    return { tenant: String(row?.['tenant']), connection: String(row?.['connection']), member: String(row?.['member']) }
  }
}

void t.test('The feed tells each end once to who asks from where it left off, and all of them to who does not', async t => {
  const { ask, begin, acme } = await open(t)
  t.strictSame((await ask('GET', '/sessions/ended')).body, { ended: [], next: null, more: false, keepSeconds: 3_900 })
  const [one, other, third] = [await begin('one'), await begin('other'), await begin('third')]
  await ask('DELETE', `/sessions/${other}`)
  const first = await ask('GET', '/sessions/ended')
  t.strictSame(first.at('ended'), [other])
  const since = String(first.at('next'))
  t.match(since, /^[\w-]{1,128}$/)
  await ask('DELETE', `/tenants/acme/members/${acme.member}/sessions`)
  const second = await ask('GET', `/sessions/ended?since=${since}`)
  t.same(new Set(Array.from(Object.values(Object(second.at('ended'))))), new Set([one, third]))
  t.strictSame((await ask('GET', `/sessions/ended?since=${String(second.at('next'))}`)).body, { ended: [], next: second.at('next'), more: false, keepSeconds: 3_900 })
  t.strictSame((await ask('GET', '/sessions/ended')).at('ended.0'), other)
  t.strictSame((await ask('GET', '/sessions/ended?since=from-somebody-else')).at('ended.0'), other, 'what names nothing begins anew, so that nothing is missed')
})

void t.test('An unchanged feed is 304, changed it is not, and every answer is to be asked for again', async t => {
  const { ask, begin } = await open(t)
  const [one, other] = [await begin('one'), await begin('other')]
  await ask('DELETE', `/sessions/${one}`)
  const first = await ask('GET', '/sessions/ended')
  const etag = String(first.headers['etag'])
  t.match(etag, /^"[\w-]{22}"$/, 'a strong one')
  t.equal(first.headers['cache-control'], 'no-cache')
  for (const known of [etag, `W/${etag}`, `"another", ${etag}`]) {
    const again = await ask('GET', '/sessions/ended', undefined, { 'if-none-match': known })
    t.equal(again.status, 304, known)
    t.equal(again.text, '')
    t.equal(again.headers['etag'], etag)
    t.equal(again.headers['cache-control'], 'no-cache')
  }
  for (const unknown of ['"another"', '*', '', etag.slice(1, -1)]) t.equal((await ask('GET', '/sessions/ended', undefined, { 'if-none-match': unknown })).status, 200, unknown)
  await ask('DELETE', `/sessions/${other}`)
  const changed = await ask('GET', '/sessions/ended', undefined, { 'if-none-match': etag })
  t.equal(changed.status, 200)
  t.strictSame(changed.at('ended'), [one, other])
})

void t.test('A poll is one statement', async t => {
  const { ask, begin, database } = await open(t)
  await ask('DELETE', `/sessions/${await begin('one')}`)
  const { next } = Object((await ask('GET', '/sessions/ended')).body)
  const before = database.statements.length
  await ask('GET', `/sessions/ended?since=${String(next)}`)
  t.equal(database.statements.length, before + 1)
})

void t.test('A hundred thousand ends come in parts of ten thousand', async t => {
  const { ask, database } = await open(t)
  await database.raw(`insert into ended_sign_ins (sign_in_id, tenant_id, member_id, ended_at)
    select 'sin-' || lpad(n::text, 20, '0'), 'tnt-acme', 'mem-ada', now() from generate_series(1, 100000) n`)
  const seen = new Set<unknown>()
  let [since, parts] = ['', 0]
  for (let more: unknown = true; more === true; parts++) {
    const answer = await ask('GET', `/sessions/ended${since}`)
    t.ok(answer.text.length < 300_000, `${answer.text.length} characters`)
    for (const id of Object.values(Object(answer.at('ended')))) seen.add(id)
    since = `?since=${String(answer.at('next'))}`
    more = answer.at('more')
  }
  t.equal(seen.size, 100_000)
  t.equal(parts, 10)
})

void t.test('What nobody could have been given is refused, and what the feed is not asked for too', async t => {
  const { ask, send } = await open(t)
  for (const query of [`?since=${'x'.repeat(129)}`, '?since=', '?since=a&since=b', '?limit=5', '?since=%00']) t.equal((await ask('GET', `/sessions/ended${query}`)).status, 400, query)
  t.equal((await send('GET', '/sessions/ended')).status, 401)
})

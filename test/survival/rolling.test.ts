// Can a release be rolled out at noon? Three replicas are replaced one after the other while people work, and no request may fail.
import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { Agent, request } from 'undici'
import { type Cluster, openCluster } from './cluster.ts'
import { missingNginx } from './front.ts'
import { refusedIn, startLoad, type Visitor, wrongIn } from './load.ts'
import { until } from './until.ts'

// Whole processes start and end here; by itself tap gives a file half a minute.
t.setTimeout(110_000)

const missing = missingNginx()
if (missing === null) await tell()
else {
  process.stderr.write(`${missing}\n`)
  if (process.env['CI'] === 'true') t.fail(missing)
  await t.test('three replicas are replaced under load behind nginx', { skip: missing }, async () => {})
}

interface Posts { readonly statuses: readonly number[], stop (): Promise<void> }

/** Asks for tokens as a page does. A proxy may not ask another replica for what is not idempotent, once it has been sent. */
function startPosts (cluster: Cluster, cookie: string): Posts {
  const agent = new Agent({ connections: 4 })
  const { host, port } = new URL(cluster.app)
  const statuses: number[] = []
  const end = new AbortController()
  const ask = async () => {
    try {
      const answer = await request(`http://127.0.0.1:${port}/auth/token`, { dispatcher: agent, method: 'POST', headers: { host, cookie, 'x-csrf': '1', accept: 'application/json' } })
      await answer.body.dump()
      return answer.statusCode
    } catch {
      return 0
    }
  }
  const walk = async () => {
    while (!end.signal.aborted) {
      statuses.push(await ask())
      await turn()
    }
  }
  const walks = Promise.all([walk(), walk()])
  return {
    statuses,
    async stop () {
      end.abort()
      await walks
      await agent.destroy()
    }
  }
}

async function tell (): Promise<void> {
  const cluster = await openCluster({ environment: { SHUTDOWN_DELAY_SECONDS: '1' } })
  t.teardown(cluster.stop)
  const people: readonly Visitor[] = await Promise.all([['Ada', 'ada@acme.test'], ['Bob', 'bob@acme.test'], ['Gus', 'gus@globex.test']].map(async ([name = '', email = '']) => ({ name, email, cookie: await cluster.enter(email) })))

  await t.test('three replicas are replaced one after the other: each leaves with 0, everybody is served by the others meanwhile, and no request fails', async t => {
    const load = startLoad(cluster, people)
    t.teardown(load.stop)
    const posts = startPosts(cluster, people[0]?.cookie ?? '')
    t.teardown(posts.stop)
    await load.pages(5)
    for (const replica of cluster.replicas) {
      const stopped = replica.stop()
      await until('it says that it is not ready', async () => await replica.readiness() === 503)
      await load.pages(5)
      t.equal(await stopped, 0)
      await load.pages(5)
      await replica.start()
      const from = load.seen.length
      await until('it serves again', () => load.seen.slice(from).some(({ asked }) => asked.at(-1) === replica.port))
    }
    await load.pages(5)
    // A sign-in in the end, on what has come instead of what was there.
    t.ok(await cluster.enter('eve@acme.test'))
    await Promise.all([load.stop(), posts.stop()])
    t.comment(`${load.seen.length} pages, ${posts.statuses.length} tokens`)
    t.ok(posts.statuses.length > 50)
    t.strictSame(posts.statuses.filter(status => status !== 200), [], 'no token was refused')
    t.strictSame(wrongIn(load.seen).map(({ visitor, status }) => `${visitor.name}: ${status}`), [], 'nobody was taken for another')
    t.strictSame(refusedIn(load.seen).map(({ visitor, status }) => `${visitor.name}: ${status}`), [], 'no page failed')
  })
}

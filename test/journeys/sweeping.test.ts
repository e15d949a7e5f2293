// Does a gateway that nobody looks after get rid of what is over?
import t from 'tap'
import { createClock } from '../world/clock.ts'
import { signIn } from './signing-in.ts'
import { openOrg, openWorld } from './world.ts'
import { createTenancy } from '../world/tenancy.ts'

const DAY = 86_400

void t.test('without any cron job, what a sign-in leaves behind goes as its time comes', async t => {
  const clock = createClock(new Date())
  const org = await openOrg(t, clock, 'acme', ['ada@acme.test'])
  const world = await openWorld(t, [org.url], { ATTEMPT_RETENTION_SECONDS: String(2 * DAY), EVENT_RETENTION_SECONDS: String(3 * DAY) }, clock)
  await createTenancy(world.gateway, { slug: 'acme', name: 'Acme', domains: ['acme.test'], org, members: [{ email: 'ada@acme.test', name: 'Ada' }] })
  await signIn(world, world.browser(), 'ada@acme.test')
  const tables = ['sessions', 'sign_ins', 'attempts', 'events'] as const
  const left = async () => {
    await world.gateway.gateway.chores['what has expired']?.()
    const counts = await Promise.all(tables.map(world.count))
    return tables.filter((_, index) => counts[index] !== 0)
  }
  t.strictSame(await left(), tables)
  clock.advance(DAY)
  t.strictSame(await left(), ['attempts', 'events'])
  clock.advance(DAY + 60)
  t.strictSame(await left(), ['events'])
  clock.advance(DAY + 60)
  t.strictSame(await left(), [])
})

// When is the garbage of the start collected? In the first quiet second, once; never while there is work.
import t from 'tap'
import { ownLoop, settleWhenQuiet } from '../src/settle.ts'
import { productionNode } from './world/production-node.ts'

/** A process whose seconds are as busy as the test says. */
function createProcess (...seconds: readonly number[]) {
  const shares = [...seconds]
  const asked: unknown[] = []
  let look: (() => void) | null = null
  return {
    asked,
    watched: () => look !== null,
    next () { look?.() },
    collect: (options: unknown) => asked.push(options),
    loop: {
      // The first asking only begins to count.
      busy: () => shares.shift() ?? 0,
      every (milliseconds: number, work: () => void) {
        t.equal(milliseconds, 1_000)
        look = work
        return () => { look = null }
      }
    }
  }
}

void t.test('in the first second that is quiet, and then never again', async t => {
  const watched = createProcess(1, 0.9, 0.06, 0.05, 0)
  settleWhenQuiet(watched.collect, watched.loop)
  watched.next()
  watched.next()
  t.same(watched.asked, [], 'busy, and nearly quiet')
  watched.next()
  t.same(watched.asked, [{ type: 'major', flavor: 'last-resort' }])
  t.notOk(watched.watched(), 'nobody looks any more')
})

void t.test('where Node does not let us, nobody looks', async t => {
  const watched = createProcess()
  settleWhenQuiet(undefined, watched.loop)
  t.notOk(watched.watched())
})

void t.test('a process tells how busy it was since it was asked last', async t => {
  const { busy } = ownLoop()
  const wait = async (milliseconds: number) => { await new Promise(resolve => { setTimeout(resolve, milliseconds) }) }
  // Node counts from when the loop first turns.
  await wait(20)
  busy()
  const until = performance.now() + 50
  while (performance.now() < until);
  const spinning = busy()
  await wait(200)
  t.ok(spinning > busy(), 'spinning is busier than waiting')
})

void t.test('production lets us', async t => {
  t.ok(productionNode.includes('--expose-gc'))
})

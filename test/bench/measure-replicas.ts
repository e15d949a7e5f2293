// What do three gateways behind nginx promise while something ends, falls silent, changes or dies? On a cluster of their own, with real sign-ins.
import { type Cluster, openCluster } from '../survival/cluster.ts'
import { type Ended, endAndWatch } from '../survival/ended.ts'
import { missingNginx } from '../survival/front.ts'
import { refusedIn, startLoad, type Visitor, wrongIn } from '../survival/load.ts'
import { fallSilent, type Silence } from '../survival/silence.ts'
import { until } from '../survival/until.ts'
import type { Finding } from './finding.ts'
import { commandLine } from './measured-process.ts'
import { beginRotation } from './rotation-under-load.ts'
import { summarize } from './rounds.ts'
import type { Scene } from './scene.ts'

// Each is seen by the two replicas that did not end it.
const ENDS = 200
const AT_ONCE = 5
const SILENCES = 2
const PAGES = 100
const one = (value: number) => ({ median: value, low: value, high: value })

export async function measureReplicas ({ cores }: Pick<Scene, 'cores'>): Promise<Finding[]> {
  const missing = missingNginx()
  // A row that says so and fails: the other measures go on.
  if (missing !== null) return [{ what: `replicas: ${missing}`, unit: '', ...one(0), must: { atLeast: 1 } }]
  const cluster = await openCluster({ commandLine: (script, nodeOptions) => commandLine(script, cores, nodeOptions) })
  try {
    const enter = async (email: string): Promise<Visitor> => ({ name: email, email, cookie: await cluster.enter(email) })
    const people = [await enter('ada@acme.test'), await enter('bob@acme.test'), await enter('gus@globex.test')]
    const gone = await cluster.enter('eve@acme.test')
    await endAndWatch(cluster, gone, cluster.replicas[0])
    const everybody = [...people, { name: 'ended', email: null, cookie: gone }, { name: 'nobody', email: null, cookie: null }]
    // Half a minute has to go by before the new key signs: a replica dies meanwhile.
    const rotation = await beginRotation(cluster, everybody)
    const killed = await kill(cluster, everybody)
    const rotated = await rotation.finish()
    const ended = await endMany(cluster)
    const silences: Silence[] = []
    for (let round = 0; round < SILENCES; round++) silences.push(await fallSilent(cluster, people.map(({ cookie }) => cookie ?? '')))
    const p99 = (value: (one: Ended) => number) => one99(ended.map(value))
    return [
      { what: `ended on one replica, refused on another: 99th of ${ended.length}, from the confirmed end`, unit: 'ms', ...p99(({ sinceConfirmedMs }) => sinceConfirmedMs), must: { atMost: 15 } },
      { what: 'ended: the slowest, from the confirmed end', unit: 'ms', ...one(Math.max(...ended.map(({ sinceConfirmedMs }) => sinceConfirmedMs))) },
      { what: 'ended: 99th, from asking for the end', unit: 'ms', ...p99(({ sinceAskedMs }) => sinceAskedMs) },
      { what: 'ended: usual time, from asking for the end', unit: 'ms', ...summarize(ended.map(({ sinceAskedMs }) => sinceAskedMs)) },
      { what: 'ended: 200 of a replica that has refused before', unit: '', ...one(ended.reduce((sum, { wrong }) => sum + wrong, 0)), must: { atMost: 0 } },
      { what: `store silent: last 200 anywhere, worst of ${SILENCES}`, unit: 's', ...one(Math.max(...silences.map(({ lastYesMs }) => lastYesMs)) / 1000), must: { atMost: 3 } },
      { what: `store back: 200 on every replica, worst of ${SILENCES}`, unit: 's', ...one(Math.max(...silences.map(({ recoveredMs }) => recoveredMs)) / 1000) },
      { what: `planned rotation: tokens that jose with its defaults refused, of ${rotated.verified}`, unit: '', ...one(rotated.failures), must: { atMost: 0 } },
      { what: `planned rotation and all that went on meanwhile: wrong 200, of ${rotated.answers} answers`, unit: '', ...one(rotated.wrong), must: { atMost: 0 } },
      { what: 'planned rotation and all that went on meanwhile: refused people', unit: '', ...one(rotated.refused), must: { atMost: 0 } },
      { what: `kill -9 of one of three: wrong 200, of ${killed.answers} answers`, unit: '', ...one(killed.wrong), must: { atMost: 0 } },
      { what: 'kill -9 of one of three: refused people', unit: '', ...one(killed.refused), must: { atMost: 0 } }
    ]
  } finally {
    await cluster.stop()
  }
}

async function kill (cluster: Cluster, everybody: readonly Visitor[]): Promise<{ readonly answers: number, readonly wrong: number, readonly refused: number }> {
  const [victim] = cluster.replicas
  const load = startLoad(cluster, everybody)
  try {
    await load.pages(PAGES)
    await victim.kill()
    await load.pages(PAGES)
    await victim.start()
    const back = load.seen.length
    await until('the replica serves people again', () => load.seen.slice(back).some(({ status, asked }) => status === 200 && asked.at(-1) === victim.port))
    await load.pages(PAGES)
  } finally {
    await load.stop()
  }
  return { answers: load.seen.length, wrong: wrongIn(load.seen).length, refused: refusedIn(load.seen).length }
}

async function endMany (cluster: Cluster): Promise<readonly Ended[]> {
  const ended: Ended[] = []
  for (let number = 0; number < ENDS; number += AT_ONCE) {
    // Signed in together, ended one after the other.
    const cookies = await Promise.all(Array.from({ length: AT_ONCE }, async () => await cluster.enter('eve@acme.test')))
    for (const [offset, cookie] of cookies.entries()) ended.push(...await endAndWatch(cluster, cookie, cluster.replicas[(number + offset) % 3] ?? cluster.replicas[0]))
  }
  return ended
}

function one99 (values: readonly number[]) {
  return one(values.toSorted((less, more) => less - more)[Math.ceil(values.length * 0.99) - 1] ?? NaN)
}

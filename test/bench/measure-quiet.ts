// Does a check ask the database? Not for somebody in memory, not for nobody, and not for a cookie or a token that anybody could make up.
import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Finding } from './finding.ts'
import { send, type Shot } from './load.ts'
import { summarize } from './rounds.ts'
import type { Scene } from './scene.ts'
import { ask, proxied } from './visit.ts'

// 100,000 together.
const AMOUNT = 34_000
const FORGERIES = 500

export async function measureQuiet (scene: Scene): Promise<Finding[]> {
  const url = `${scene.url}/auth/check`
  const proxy = proxied(scene.host)
  const word = (bytes: number) => randomBytes(bytes).toString('base64url')
  const cookie = await scene.signIn()
  await ask(url, { ...proxy, cookie })
  const shots: readonly (readonly [string, Shot])[] = [
    ['warm', { url, visitors: [{ ...proxy, cookie }], amount: AMOUNT, expectedStatus: 200 }],
    ['anonymous', { url, visitors: [proxy], amount: AMOUNT, expectedStatus: 401 }],
    ['forged', { url, visitors: Array.from({ length: FORGERIES }, (_, index) => ({ ...proxy, ...forgery(index, word) })), amount: AMOUNT, expectedStatus: 401 }]
  ]
  const findings: Finding[] = []
  for (const [kind, shot] of shots) {
    const before = await scene.gateway.usage()
    const startedAt = performance.now()
    await send(shot)
    const after = await scene.gateway.usage()
    // As long again with nobody asking: what the gateway does by itself is not the checks' doing.
    await wait(performance.now() - startedAt)
    const idle = await scene.gateway.usage()
    const statements = (after.statements - before.statements) - (idle.statements - after.statements)
    findings.push({ what: `quiet: SQL statements above idle, ${AMOUNT.toLocaleString('en')} ${kind} checks`, unit: '', ...summarize([statements]), must: { atMost: 0 } })
  }
  return findings
}

function forgery (index: number, word: (bytes: number) => string): Record<string, string> {
  return index % 2 === 0 ? { cookie: `gatehouse=${word(24)}.${word(32)}` } : { authorization: `Bearer ${word(40)}.${word(200)}.${word(64)}` }
}

// Tests of src/idp/redemption.ts: a code goes out once, whatever becomes of it.
import t from 'tap'
import { createGuardedAgent } from '../../src/idp/guarded-agent.ts'
import { createRedemption } from '../../src/idp/redemption.ts'
import { createSend } from '../../src/idp/send.ts'
import { startBareServer } from './bare-server.ts'
import type { RequestListener } from 'node:http'

type Ending = readonly [name: string, code: string | number, listener: RequestListener]

const endings: readonly Ending[] = [
  ['a reset before the answer', 'provider-unreachable', request => { request.socket.resetAndDestroy() }],
  ['a connection closed without a word', 'provider-unreachable', request => { request.socket.end() }],
  ['a reset in mid-answer', 'provider-unreachable', (request, response) => { response.writeHead(200, { 'content-length': '99' }).write('{', () => request.socket.resetAndDestroy()) }],
  ['silence', 'provider-timeout', () => {}],
  ['503 with Retry-After', 503, (_request, response) => { response.writeHead(503, { 'retry-after': '0' }).end() }],
  ['429', 429, (_request, response) => { response.writeHead(429, { 'x-rate-limit-reset': '0' }).end() }],
  ['307 to itself', 307, (_request, response) => { response.writeHead(307, { location: '/token' }).end() }]
]

void t.test('a code is never sent twice, neither on a new connection nor on one kept alive', async t => {
  for (const [name, code, listener] of endings) {
    for (const keptAlive of [false, true]) {
      let redemptions = 0
      const server = await startBareServer((request, response) => {
        if (request.method === 'POST') {
          redemptions++
          request.resume().on('end', () => listener(request, response))
        } else response.end('{}')
      })
      const agent = createGuardedAgent({ developmentOrigins: [server.origin], timeouts: { headersSeconds: 0.2 } })
      const send = createSend(agent, { developmentOrigins: [server.origin], totalSeconds: 0.5 })
      if (keptAlive) await send({ method: 'GET', url: server.origin, headers: {} })
      const outcome = await createRedemption(send).redeem({ method: 'POST', url: `${server.origin}/token`, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'code=x' })
        .then(answer => answer.status, (error: unknown) => error instanceof Error && 'code' in error ? error.code : error)
      t.strictSame([outcome, redemptions], [code, 1], `${name}${keptAlive ? ', kept alive' : ''}`)
      await agent.destroy()
      await server.close()
    }
  }
})

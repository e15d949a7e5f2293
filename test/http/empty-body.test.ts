// What if a request names the type of a body and then has none? Node calls that body read before anybody has read it; whoever waits for its end still sees it.
import t from 'tap'
import { compose } from '../advisories/raw-request.ts'
import { openScene } from '../advisories/scene.ts'

const { world, ada, gus, session, raw, host } = await openScene(t)
const operator = ['Authorization', `Bearer ${world.gateway.operatorToken}`] as const

const typed: ReadonlyArray<readonly [line: string, headers: ReadonlyArray<readonly [string, string]>, status: number, said: RegExp]> = [
  ['POST /auth/login', [['Host', host('northwind')], ['Content-Type', 'application/x-www-form-urlencoded']], 400, /email/i],
  ['POST /auth/token', [['Host', host('northwind')], ['Cookie', session(ada, 'northwind')], ['Content-Type', 'application/json']], 400, /body-malformed/],
  ['POST /auth/check', [['Host', host('northwind')], ['Cookie', session(ada, 'northwind')], ['Content-Type', 'text/plain']], 200, /x-auth-request-user/],
  ['POST /api/v1/apps', [['Host', host('northwind')], operator, ['Content-Type', 'application/json']], 400, /slug/],
  ['POST /api/v1/tenants/acme/members/import', [['Host', host('northwind')], operator, ['Content-Type', 'text/csv']], 400, /line/],
  ['PUT /orders', [['Host', host('crm')], ['Cookie', session(gus, 'crm')], ['Content-Type', 'application/json']], 200, /"method":"PUT"/],
  ['DELETE /orders/1', [['Host', host('crm')], ['Cookie', session(gus, 'crm')], ['Content-Type', 'application/json']], 200, /"method":"DELETE"/]
]

void t.test('a body that was announced by its type alone is empty, and is not waited for', async t => {
  for (const [line, headers, status, said] of typed) {
    const answer = await raw(compose(`${line} HTTP/1.1`, headers))
    t.strictSame(answer.statuses, [status], line)
    t.match(answer.text, said, line)
  }
})

// What does the management port tell, and to whom does it listen?
import t from 'tap'
import { buildManagement } from '../../src/http/management.ts'

const silent = async () => ({ contentType: 'text/plain', text: '' })

void t.test('Alive is who runs, whatever stands in the way of traffic; nobody is asked', async t => {
  const app = buildManagement({ unready: async () => { throw new Error('nobody is to be asked') }, metrics: silent })
  const answer = await app.inject('/livez')
  t.equal(answer.statusCode, 200)
  t.strictSame(answer.json(), { status: 'alive' })
})

void t.test('Ready is 200, and not ready 503 with every reason', async t => {
  const reasons = ['the database does not answer', 'changes in the database are not heard']
  const told = async (unready: readonly string[]) => {
    const answer = await buildManagement({ unready: async () => unready, metrics: silent }).inject('/readyz')
    return [answer.statusCode, answer.json()]
  }
  t.strictSame(await told([]), [200, { status: 'ready' }])
  t.strictSame(await told(reasons), [503, { status: 'not ready', reasons }])
})

void t.test('Nothing else is there, and nothing can be changed', async t => {
  const app = buildManagement({ unready: async () => [], metrics: silent })
  for (const [method, url] of [['GET', '/'], ['GET', '/auth/login'], ['GET', '/api/v1/tenants'], ['POST', '/readyz'], ['DELETE', '/metrics']] as const) t.equal((await app.inject({ method, url })).statusCode, 404, `${method} ${url}`)
})

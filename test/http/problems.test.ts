// Does every code have a decision, a page and a problem, and do they say what happened and nothing else?
import t from 'tap'
import { explain } from '../../src/http/explanations.ts'
import { buildProblem, type ProblemCode, problems, statusOf } from '../../src/http/problems.ts'
import { RequestRefusal } from '../../src/http/refusal.ts'
import { ValidationRefusal } from '../../src/http/validation.ts'
import { diagnosisCodes } from '../../src/okta/diagnosis.ts'
import { OidcRefusal } from '../../src/oidc/refusal.ts'
import { OktaRefusal } from '../../src/okta/refusal.ts'
import { Outage } from '../../src/outage.ts'
import { TenantRefusal } from '../../src/tenant/refusal.ts'
import { TokenRefusal } from '../../src/token/refusal.ts'
import { words } from './pages/tags.ts'
import { openServer } from './asking.ts'

const codes = Object.keys(problems) as readonly ProblemCode[]
const outages: readonly string[] = ['provider-unreachable', 'provider-timeout', 'provider-error', 'provider-busy', 'database-unavailable']
const requests: readonly string[] = ['route-unknown', 'host-unknown', 'insecure-way', 'cross-site', 'csrf-proof-missing', 'body-too-large', 'body-malformed', 'unauthorized', 'too-many-requests', 'tenant-busy', 'starting', 'fault']
const ofSigningIn = /^(issuer-malformed|discovery|callback|attempt|token|id-token|userinfo|initiation)/

/** An error of the kind that carries the code. */
function thrown (code: ProblemCode): Error {
  if (code === 'validation-failed') return new ValidationRefusal([{ path: '/name', message: 'is missing' }])
  return Object.assign(template(code), { code })
}

function template (code: ProblemCode): Error {
  if (outages.includes(code)) return new Outage('provider-error', { cause: new Error('secret cause') })
  if (requests.includes(code)) return new RequestRefusal('fault')
  if (code.startsWith('access-token-')) return new TokenRefusal('access-token-type')
  if (code.startsWith('okta-')) return new OktaRefusal('okta-domain-typo')
  return isDiagnosis(code) || ofSigningIn.test(code) ? new OidcRefusal('callback-error') : new TenantRefusal('not-found')
}

function isDiagnosis (code: string): boolean {
  return diagnosisCodes.some(one => one === code)
}

async function openFailing (t: Parameters<typeof openServer>[0]) {
  let failing: unknown = null
  const server = await openServer(t, () => { throw failing })
  return async (error: unknown, accept: string) => {
    failing = error
    return await server.inject({ url: '/', headers: { accept } })
  }
}

void t.test('Every code has a status of its kind and a title that is one sentence', async t => {
  for (const code of codes) {
    const { status, title } = problems[code]
    t.ok([400, 401, 403, 404, 409, 413, 421, 429, 500, 502, 503, 504].includes(status), code)
    t.match(title, /^[A-Z][^.!?<>]{8,90}\.$/, code)
    t.strictSame(buildProblem(code, 'brave-otter-k7q2m'), { type: `urn:gatehouse:problem:${code}`, title, status, code, reference: 'brave-otter-k7q2m' })
  }
  t.match(buildProblem('fault', 'r', 'detail'), { detail: 'detail' })
  t.equal(new Set(Object.values(problems).map(({ title }) => title)).size, codes.length, 'no two codes say the same')
})

void t.test('A refused login is 400 for what the browser brought, 403 for a policy, 502 to 504 for the provider', async t => {
  for (const code of codes) {
    if (/^(callback|attempt|initiation)-/.test(code)) t.equal(statusOf(code), 400, code)
    if (/^(id-token|userinfo|token|discovery)-/.test(code)) t.equal(statusOf(code), 502, code)
    if (/^provider-/.test(code)) t.ok(statusOf(code) >= 502, code)
  }
  for (const code of ['member-suspended', 'member-unknown', 'sso-not-entitled', 'pilot-only', 'connection-retired', 'identity-conflict', 'user-not-assigned', 'role-missing', 'tenant-mismatch'] as const) t.equal(statusOf(code), 403, code)
  t.equal(statusOf('provider-timeout'), 504)
  t.equal(statusOf('database-unavailable'), 503)
})

void t.test('Every code is answered as a page to people and as a problem to programs, and neither fails', async t => {
  const ask = await openFailing(t)
  for (const code of codes) {
    const problem = await ask(thrown(code), 'application/json')
    t.match(problem.headers['content-type'], /^application\/problem\+json/, code)
    t.match(problem.json(), { code, status: problem.statusCode, type: `urn:gatehouse:problem:${code}` })
    t.equal(problem.statusCode, statusOf(code))
    const page = await ask(thrown(code), 'text/html')
    t.equal(page.statusCode, statusOf(code), code)
    t.match(page.headers['content-type'], /^text\/html/)
    t.match(page.headers, { 'cache-control': 'no-store', 'content-security-policy': /frame-ancestors 'none'/, 'x-content-type-options': 'nosniff', 'referrer-policy': 'same-origin' })
    t.ok(words(page.body).length > 60, code)
    t.notMatch(`${page.body}${problem.body}`, /secret cause|undefined|null|\[object/, code)
  }
})

void t.test('No page blames somebody\'s Okta for what Okta has nothing to do with', async t => {
  const ask = await openFailing(t)
  const distrusted = explain('id-token-signature', { vendorName: 'Northwind', issuer: null }).headline
  for (const code of codes.filter(one => !ofSigningIn.test(one) && !isDiagnosis(one))) {
    const said = words((await ask(thrown(code), 'text/html')).body)
    t.notOk(said.includes(distrusted), code)
  }
})

void t.test('A fault of ours tells nothing of itself, whatever was thrown', async t => {
  const ask = await openFailing(t)
  const odd: readonly unknown[] = [new Error('password=hunter2 at /srv/app'), new TypeError('x is undefined'), Object.assign(new Error('hunter2'), { statusCode: 500 }), Object.assign(new Error('hunter2'), { statusCode: 200 }), Object.assign(new Error('hunter2'), { code: 'not-signed-in' }), Object.assign(new Error('hunter2'), { detail: 'hunter2' })]
  for (const error of odd) {
    for (const accept of ['text/html', 'application/json']) {
      const answer = await ask(error, accept)
      t.equal(answer.statusCode, 500)
      t.notMatch(answer.body, /hunter2|undefined|srv/)
    }
  }
})

void t.test('What Fastify itself refuses becomes a problem of ours', async t => {
  const ask = await openFailing(t)
  for (const [statusCode, code] of [[400, 'body-malformed'], [406, 'body-malformed'], [415, 'body-malformed'], [413, 'body-too-large'], [429, 'too-many-requests']] as const) {
    t.equal((await ask(Object.assign(new Error('raw words'), { statusCode }), '*/*')).json().code, code)
  }
})

void t.test('An outage says when to come again, if somebody said so', async t => {
  const ask = await openFailing(t)
  t.equal((await ask(new Outage('provider-busy', { retryAfterSeconds: 29.2 }), '*/*')).headers['retry-after'], '30')
  t.equal((await ask(new Outage('provider-busy', { retryAfterSeconds: 0 }), '*/*')).headers['retry-after'], '1')
  t.notOk('retry-after' in (await ask(new Outage('provider-busy'), '*/*')).headers)
})

// Is the quick yes the same yes as the slow one, and nothing else ever?
import t from 'tap'
import { checkAccess, openSession } from '../../src/flows/check-access.ts'
import { passAtOnce } from '../../src/flows/pass-at-once.ts'
import type { LiveSession } from '../../src/tenant/sign-in.ts'
import { acme, after, bob } from '../contracts/cast.ts'
import type { IssuedToken } from '../../src/token/issued-token.ts'
import { liveSession, orders, tokenOf } from './live-session.ts'

const host = 'login.northwind.test'
const open = { roles: [], tenant: null }
const key = { idHash: 'hash', left: null }
const question = { key, host, touch: true, app: orders, constraints: open }
const token = tokenOf(liveSession())

/** Both doors, before one memory. The slow one says what it began as well. */
function doors (session: LiveSession | null, issued: IssuedToken | null = token) {
  const began: string[] = []
  const sessions = {
    atHand: () => session,
    find: () => session,
    touch: (idHash: string, _session: LiveSession, at: Date) => { began.push(`touch ${idHash} ${at.toISOString()}`) },
    reload: async () => {
      began.push('reload')
      return session
    }
  }
  const now = () => after(0)
  const mint = async () => {
    began.push('mint')
    return token
  }
  return {
    began,
    quick: passAtOnce({ sessions, tokenAtHand: () => issued, now }),
    slow: checkAccess({ openSession: openSession({ sessions, now }), openBearer: async () => ({ kind: 'closed', code: 'not-signed-in' }), issueToken: () => issued ?? mint() })
  }
}

void t.test('whose session and token are at hand passes at once, and was seen', t => {
  const session = liveSession()
  const { quick, began } = doors(session)
  t.same(quick(question), { session, issued: token })
  t.same(began, ['touch hash 2026-11-21T09:00:00.000Z'])
  t.same(quick({ ...question, touch: false }), { session, issued: token })
  t.equal(began.length, 1, 'and not where it is no use')
  t.end()
})

const sessions: ReadonlyArray<readonly [what: string, session: LiveSession | null]> = [
  ['live', liveSession()],
  ['not in memory', null],
  ['of another host', liveSession({ host: 'app.northwind.test' })],
  ['idle for too long', liveSession({ lastSeenAt: after(-3600) })],
  ['past its end', liveSession({ signIn: { ...liveSession().signIn, expiresAt: after(0) } })],
  ['of a suspended member', liveSession({ member: { ...bob, status: 'suspended' } })],
  ['of a tenant without SSO', liveSession({ tenant: { ...acme, ssoEntitled: false } })],
  ['through a retired connection', liveSession({ connection: { ...liveSession().connection, state: 'retired' } })],
  ['through a connection that is no longer live', liveSession({ connection: { ...liveSession().connection, state: 'draft' } })],
  ['of somebody who is no pilot', liveSession({ connection: { ...liveSession().connection, state: 'pilot', pilotEmails: ['ada@acme.test'] } })]
]
const constraints = [open, { roles: ['editor'], tenant: null }, { roles: ['owner'], tenant: null }, { roles: [], tenant: 'acme' }, { roles: ['editor', 'owner'], tenant: 'tnt-acme' }, { roles: ['editor'], tenant: 'globex' }]
const tokens = [token, null]

void t.test('it says yes exactly where all is at hand and the whole question would be answered yes, and otherwise it begins nothing', async t => {
  let yes = 0
  for (const [what, session] of sessions) {
    for (const asked of constraints) {
      for (const cookie of [key, null]) {
        for (const issued of tokens) {
          const { quick, slow, began } = doors(session, issued)
          const said = `${what}, ${JSON.stringify(asked)}, ${cookie === null ? 'no cookie' : 'a cookie'}, ${issued === null ? 'no token' : 'a token'}`
          const passed = quick({ ...question, key: cookie, constraints: asked })
          if (passed === null) t.same(began, [], said)
          began.splice(0)
          const access = await slow({ ...question, idHash: cookie?.idHash ?? null, constraints: asked })
          if (passed !== null) t.same(access, { kind: 'allowed', ...passed }, said)
          else t.ok(access.kind === 'refused' || began.includes('mint'), said)
          if (passed !== null) yes++
        }
      }
    }
  }
  t.equal(yes, 4, 'of all of them, a live session with what is asked of it')
})

void t.test('what is no refusal is no answer', t => {
  const broken = passAtOnce({ sessions: { atHand: () => { throw new Error('memory is gone') }, touch: () => {} }, tokenAtHand: () => token, now: () => after(0) })
  t.throws(() => broken(question), { message: 'memory is gone' })
  t.end()
})

// Are headers that are made once still those of the person who asks now?
import t from 'tap'
import { buildIdentityHeaders, rememberIdentityHeaders } from '../../src/http/identity-headers.ts'
import { ada, bob } from '../contracts/cast.ts'
import { liveSession } from '../flows/live-session.ts'

void t.test('Headers are made once for a session and its token, and anew for another token', async t => {
  const identityHeaders = rememberIdentityHeaders()
  const session = liveSession()
  const headers = identityHeaders(session, 'one')
  t.strictSame(headers, buildIdentityHeaders(session, 'one'))
  t.equal(identityHeaders(session, 'one'), headers)
  t.equal(identityHeaders(session, 'two')['authorization'], 'Bearer two')
  t.equal(identityHeaders(session, 'one')['authorization'], 'Bearer one')
})

void t.test('A session that was read anew is told anew, and two sessions are never taken for one', async t => {
  const identityHeaders = rememberIdentityHeaders()
  t.equal(identityHeaders(liveSession(), 'token')['x-auth-request-email'], bob.email)
  t.equal(identityHeaders(liveSession({ member: { ...bob, roles: ['none'] } }), 'token')['x-auth-request-roles'], 'none')
  t.equal(identityHeaders(liveSession({ member: ada }), 'token')['x-auth-request-email'], ada.email)
})

void t.test('A crowd that is larger than what is kept gets its own headers all the same', async t => {
  const identityHeaders = rememberIdentityHeaders()
  const sessions = Array.from({ length: 2_500 }, (_, index) => liveSession({ member: { ...bob, email: `person-${index}@acme.test` } }))
  const wrong = () => sessions.filter((session, index) => identityHeaders(session, `token-${index}`)['x-auth-request-email'] !== session.member.email)
  t.strictSame([wrong(), wrong()], [[], []])
})

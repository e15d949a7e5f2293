// Does the terminal tell how sign-ins end, and nothing else of the log?
import t from 'tap'
import { findChromium, reasonToSkip } from './chromium.ts'
import { narrate } from './narration.ts'

const callback = { time: 1_795_299_569_902, route: '/auth/callback/:connection', status: 303, tenant: 'acme', reference: 'hearty-crane-m4hyt' }

void t.test('one line for each sign-in that ended, with the reference that finds it again', t => {
  t.match(narrate(JSON.stringify(callback)), /acme {4}signed in {13}hearty-crane-m4hyt$/)
  t.match(narrate(JSON.stringify({ ...callback, status: 403, code: 'user-not-assigned' })), /acme {4}user-not-assigned {5}hearty-crane-m4hyt$/)
  t.match(narrate(JSON.stringify({ ...callback, route: '/auth/login', status: 400, code: 'initiation-loop' })), /initiation-loop/)
  t.end()
})

void t.test('what is not the end of a sign-in is not told', t => {
  for (const line of ['', 'null', '[]', 'no JSON', JSON.stringify({ ...callback, route: '/auth/login' }), JSON.stringify({ ...callback, route: '/auth/session', status: 401, code: 'not-signed-in' }), JSON.stringify({ ...callback, time: 'now' })]) {
    t.equal(narrate(line), null, line)
  }
  t.end()
})

void t.test('without a browser the pages are not tried, which is said; a build server has to have one', t => {
  t.equal(findChromium({ CHROMIUM_PATH: '/somewhere/chromium' }), '/somewhere/chromium')
  t.equal(reasonToSkip({ CHROMIUM_PATH: '/somewhere/chromium' }), false)
  if (findChromium({}) === null) t.match(reasonToSkip({}), 'CHROMIUM_PATH')
  t.equal(reasonToSkip({ CI: 'true' }), false)
  t.end()
})

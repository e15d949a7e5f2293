import t from 'tap'
import { checkDeletable, checkSchedulable, checkVerifiable, isOpen, moveConnection, stateAfterEdit } from '../../src/tenant/connection.ts'
import { parseIssuer } from '../../src/oidc/discovery.ts'
import type { ConnectionMove, ConnectionState } from '../../src/tenant/connection.ts'

const states: readonly ConnectionState[] = ['draft', 'verified', 'pilot', 'live', 'retired']

// Each line: the state, and what each move makes of it; `·` is refused. A rollback goes back to what was before, here `verified`.
const moves: readonly ConnectionMove[] = ['verify', 'pilot', 'go-live', 'retire', 'rollback']
const table = `
draft     verified  ·      ·     retired  ·
verified  ·         pilot  live  retired  ·
pilot     ·         pilot  live  retired  ·
live      ·         ·      ·     retired  verified
retired   ·         ·      ·     ·        ·
`

const cells = new Map(table.trim().split('\n').flatMap(line => {
  const [state, ...nexts] = line.trim().split(/\s+/)
  return moves.map((move, column) => [`${state} ${move}`, nexts[column]] as const)
}))

for (const state of states) {
  for (const move of moves) {
    const next = cells.get(`${state} ${move}`)
    void t.test(next === '·' ? `a connection that is ${state} cannot ${move}` : `${move} makes a ${state} connection ${next}`, async t => {
      if (next === '·') t.throws(() => moveConnection(state, move, 'verified'), { name: 'TenantRefusal', code: 'connection-state', detail: `A connection that is ${state} cannot ${move}.` })
      else t.strictSame(moveConnection(state, move, 'verified'), { state: next })
    })
  }
}

void t.test('a rollback restores the state before the last go-live, and needs one', async t => {
  t.strictSame(moveConnection('live', 'rollback', 'pilot'), { state: 'pilot' })
  t.throws(() => moveConnection('live', 'rollback', null), { code: 'connection-state' })
})

void t.test('only live and pilot connections let people in, and what lets people in is not deleted', async t => {
  t.strictSame(states.filter(isOpen), ['pilot', 'live'])
  for (const state of states) {
    if (isOpen(state)) t.throws(() => checkDeletable(state), { name: 'TenantRefusal', code: 'connection-live' }, state)
    else t.doesNotThrow(() => checkDeletable(state), state)
  }
})

void t.test('a connection is taken for good on a test that has passed or on an operator\'s word, and never without its client id', async t => {
  const testedAt = new Date('2026-11-21T09:00:00Z')
  t.doesNotThrow(() => checkVerifiable({ clientId: '0oa1', testedAt }, 'test-sign-in'))
  t.doesNotThrow(() => checkVerifiable({ clientId: '0oa1', testedAt: null }, 'operator'))
  t.throws(() => checkVerifiable({ clientId: '0oa1', testedAt: null }, 'test-sign-in'), { name: 'TenantRefusal', code: 'connection-state', detail: /No test sign-in has passed/ })
  for (const by of ['operator', 'test-sign-in'] as const) t.throws(() => checkVerifiable({ clientId: '', testedAt }, by), { code: 'connection-incomplete' }, by)
})

void t.test('what could go live now can be planned for later, and nothing else', async t => {
  t.strictSame(states.filter(state => {
    try {
      checkSchedulable(state)
      return true
    } catch {
      return false
    }
  }), ['verified', 'pilot'])
  t.throws(() => checkSchedulable('live'), { code: 'connection-state' })
})

void t.test('an edit to another provider, app or way of proof undoes what was found to work, but for what everybody uses', async t => {
  const before = { issuer: parseIssuer('https://acme.okta.com'), clientId: '0oa1', clientAuthentication: 'private_key_jwt' } as const
  const edits = [{ issuer: parseIssuer('https://acme2.okta.com') }, { clientId: '0oa2' }, { clientAuthentication: 'client_secret_basic' }] as const
  for (const edit of edits) t.strictSame(states.map(state => stateAfterEdit(state, before, { ...before, ...edit })), ['draft', 'draft', 'draft', 'live', 'retired'], JSON.stringify(edit))
  t.strictSame(states.map(state => stateAfterEdit(state, before, before)), states)
})

import t from 'tap'
import { checkDeletable, isOpen, moveConnection } from '../../src/tenant/connection.ts'
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

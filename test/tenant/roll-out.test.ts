import t from 'tap'
import { checkDoor, checkEntry, chooseConnection, inPilot } from '../../src/tenant/roll-out.ts'
import type { ConnectionState } from '../../src/tenant/connection.ts'
import { TenantRefusal } from '../../src/tenant/refusal.ts'

const pilotEmails = ['ada@acme.test', 'bob@xn--bcher-kva.test']
const door = (state: ConnectionState) => ({ state, pilotEmails })

const outcomes: ReadonlyArray<readonly [state: ConnectionState, email: string | null, outcome: string]> = [
  ['draft', null, 'connection-not-live'],
  ['draft', 'ada@acme.test', 'connection-not-live'],
  ['draft', 'eve@acme.test', 'connection-not-live'],
  ['verified', null, 'connection-not-live'],
  ['verified', 'ada@acme.test', 'connection-not-live'],
  ['verified', 'eve@acme.test', 'connection-not-live'],
  ['pilot', null, 'open'],
  ['pilot', 'ada@acme.test', 'open'],
  ['pilot', ' ADA@Acme.TEST ', 'open'],
  ['pilot', 'bob@bücher.test', 'open'],
  ['pilot', 'eve@acme.test', 'pilot-only'],
  ['pilot', 'аda@acme.test', 'pilot-only'],
  ['pilot', 'ada+x@acme.test', 'pilot-only'],
  ['pilot', '', 'pilot-only'],
  ['pilot', 'no address', 'pilot-only'],
  ['pilot', 'ada@acme.test@evil.example', 'pilot-only'],
  ['live', null, 'open'],
  ['live', 'ada@acme.test', 'open'],
  ['live', 'eve@acme.test', 'open'],
  ['retired', null, 'connection-retired'],
  ['retired', 'ada@acme.test', 'connection-retired'],
  ['retired', 'eve@acme.test', 'connection-retired']
]

void t.test('people get in through a live connection, through a pilot if it lists them, and through no other', async t => {
  for (const [state, email, outcome] of outcomes) {
    let came = 'open'
    try {
      checkDoor(door(state), email)
    } catch (error) {
      if (!(error instanceof TenantRefusal)) throw error
      came = error.code
    }
    t.equal(came, outcome, `${state} ${email}`)
  }
})

void t.test('a pilot of nobody lets nobody in, and the list of another state counts for nothing', async t => {
  t.throws(() => checkDoor({ state: 'pilot', pilotEmails: [] }, 'ada@acme.test'), { code: 'pilot-only' })
  t.throws(() => checkDoor({ state: 'retired', pilotEmails: ['ada@acme.test'] }, 'ada@acme.test'), { code: 'connection-retired' })
})

void t.test('addresses are compared as they are stored', async t => {
  t.ok(inPilot({ pilotEmails }, 'Ada@acme.test'))
  t.ok(inPilot({ pilotEmails }, 'bob@BÜCHER.test'))
  t.notOk(inPilot({ pilotEmails }, 'bob@acme.test'))
  t.notOk(inPilot({ pilotEmails: [''] }, ''))
})

const named = (name: string, state: ConnectionState, emails: readonly string[] = []) => ({ name, state, pilotEmails: emails })

for (const [title, connections, email, expected] of [
  ['a tenant without connections has no way in', [], 'ada@acme.test', null],
  ['a draft, a verified and a retired connection are no way in', [named('a', 'draft', pilotEmails), named('b', 'verified', pilotEmails), named('c', 'retired', pilotEmails)], 'ada@acme.test', null],
  ['the live one is', [named('a', 'draft'), named('b', 'live')], 'ada@acme.test', 'b'],
  ['a pilot goes before the live one for its people', [named('a', 'live'), named('b', 'pilot', pilotEmails)], 'ada@acme.test', 'b'],
  ['and for nobody else', [named('a', 'pilot', pilotEmails), named('b', 'live')], 'eve@acme.test', 'b'],
  ['a pilot alone is no way in for others', [named('a', 'pilot', pilotEmails)], 'eve@acme.test', null],
  ['who has not said who they are goes through the live one', [named('a', 'pilot', pilotEmails), named('b', 'live')], null, 'b'],
  ['and through no pilot', [named('a', 'pilot', pilotEmails)], null, null],
  ['of two pilots, the one that lists the person', [named('a', 'pilot', ['eve@acme.test']), named('b', 'pilot', pilotEmails)], 'Ada@acme.test', 'b'],
  ['of two live ones, the newest', [named('new', 'live'), named('old', 'live')], 'ada@acme.test', 'new']
] as const) {
  void t.test(title, async t => {
    t.equal(chooseConnection(connections, email)?.name ?? null, expected)
  })
}

void t.test('a test reaches every connection that is not retired, and nothing else gets past the door by being called something else', async t => {
  for (const state of ['draft', 'verified', 'pilot', 'live'] as const) t.doesNotThrow(() => checkEntry({ kind: 'test' }, door(state), 'eve@acme.test'), state)
  t.throws(() => checkEntry({ kind: 'test' }, door('retired'), null), { code: 'connection-retired' })
  for (const [state, email, outcome] of outcomes) {
    if (outcome === 'open') t.doesNotThrow(() => checkEntry({ kind: 'sign-in' }, door(state), email))
    else t.throws(() => checkEntry({ kind: 'sign-in' }, door(state), email), { code: outcome })
  }
})

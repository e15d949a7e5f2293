// Does what is over go, in batches, and no sooner?
import t from 'tap'
import { sweep } from '../../src/flows/sweep.ts'
import { after, now } from '../contracts/cast.ts'

const none = { pendingAttempts: 0, signIns: 0, endedSignIns: 0, tickets: 0, attempts: 0, setupSessions: 0, setupLinks: 0 }

function open (some: Partial<typeof none>) {
  const rows = { ...none, ...some }
  const asked: Array<[string, Date, number]> = []
  const remove = (what: keyof typeof rows) => async (before: Date, limit: number) => {
    asked.push([what, before, limit])
    const removed = Math.min(limit, rows[what])
    rows[what] -= removed
    return removed
  }
  const expired = { removePendingAttempts: remove('pendingAttempts'), removeSignIns: remove('signIns'), removeEndedSignIns: remove('endedSignIns'), removeTickets: remove('tickets'), removeAttempts: remove('attempts'), removeSetupSessions: remove('setupSessions'), removeSetupLinks: remove('setupLinks') }
  return { asked, rows, run: sweep({ expired, now: () => now, attemptRetentionSeconds: 86_400 }) }
}

void t.test('what ended before now goes, what is told of it two hours later, stories when they are older than they are kept, and setup links when a month has passed', async t => {
  const { run, asked } = open({ pendingAttempts: 1, signIns: 2, endedSignIns: 5, tickets: 4, attempts: 3, setupSessions: 6, setupLinks: 7 })
  t.same(await run(), { pendingAttempts: 1, signIns: 2, endedSignIns: 5, tickets: 4, attempts: 3, setupSessions: 6, setupLinks: 7 })
  t.same(asked, [['pendingAttempts', now, 1000], ['signIns', now, 1000], ['endedSignIns', after(-7200), 1000], ['tickets', now, 1000], ['attempts', after(-86_400), 1000], ['setupSessions', now, 1000], ['setupLinks', after(-2_592_000), 1000]])
})

void t.test('many go batch by batch until one is not full', async t => {
  const { run, asked, rows } = open({ pendingAttempts: 2500, signIns: 1000 })
  t.same(await run(), { ...none, pendingAttempts: 2500, signIns: 1000 })
  t.same(rows, none)
  t.equal(asked.length, 3 + 2 + 1 + 1 + 1 + 1 + 1)
})

void t.test('a table that never empties does not keep the sweep for ever', async t => {
  const endless = async (_: Date, limit: number) => limit
  const { pendingAttempts } = await sweep({ expired: { removePendingAttempts: endless, removeSignIns: async () => 0, removeEndedSignIns: async () => 0, removeTickets: async () => 0, removeAttempts: async () => 0, removeSetupSessions: async () => 0, removeSetupLinks: async () => 0 }, now: () => now, attemptRetentionSeconds: 1 })()
  t.equal(pendingAttempts, 1_000_000)
})

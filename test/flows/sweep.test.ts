// Does what is over go, in batches, and no sooner?
import t from 'tap'
import { sweep, sweepHourly, type SweepNeeds } from '../../src/flows/sweep.ts'
import { after, now } from '../contracts/cast.ts'

const none = { pendingAttempts: 0, signIns: 0, endedSignIns: 0, tickets: 0, attempts: 0, events: 0, setupSessions: 0, setupLinks: 0, operatorSessions: 0, invitations: 0, identityConflicts: 0, notices: 0, signingKeys: 0 }
type Counts = typeof none

function expiredBy (remove: (what: keyof Counts) => (before: Date, limit: number) => Promise<number>): SweepNeeds['expired'] {
  return {
    removePendingAttempts: remove('pendingAttempts'),
    removeSignIns: remove('signIns'),
    removeEndedSignIns: remove('endedSignIns'),
    removeTickets: remove('tickets'),
    removeAttempts: remove('attempts'),
    removeEvents: remove('events'),
    removeSetupSessions: remove('setupSessions'),
    removeSetupLinks: remove('setupLinks'),
    removeOperatorSessions: remove('operatorSessions'),
    removeInvitations: remove('invitations'),
    removeIdentityConflicts: remove('identityConflicts'),
    removeNotices: remove('notices'),
    removeSigningKeys: remove('signingKeys')
  }
}

function open (some: Partial<Counts>) {
  const rows = { ...none, ...some }
  const asked: Array<[string, Date, number]> = []
  const expired = expiredBy(what => async (before, limit) => {
    asked.push([what, before, limit])
    const removed = Math.min(limit, rows[what])
    rows[what] -= removed
    return removed
  })
  return { asked, rows, run: sweep({ expired, now: () => now, attemptRetentionSeconds: 86_400, eventRetentionSeconds: 172_800 }) }
}

void t.test('what ended before now goes, what is told of it two hours later, what happened when it is older than it is kept, links when a month has passed, notices after two, and keys that nobody needs after three', async t => {
  const some = { pendingAttempts: 1, signIns: 2, endedSignIns: 5, tickets: 4, attempts: 3, events: 8, setupSessions: 6, setupLinks: 7, operatorSessions: 12, invitations: 9, identityConflicts: 13, notices: 11, signingKeys: 10 }
  const { run, asked } = open(some)
  t.same(await run(), { ...some, finished: true })
  t.same(asked, [
    ['pendingAttempts', now, 1000],
    ['signIns', now, 1000],
    ['endedSignIns', after(-7200), 1000],
    ['tickets', now, 1000],
    ['attempts', after(-86_400), 1000],
    ['events', after(-172_800), 1000],
    ['setupSessions', now, 1000],
    ['setupLinks', after(-2_592_000), 1000],
    ['operatorSessions', now, 1000],
    ['invitations', after(-2_592_000), 1000],
    ['identityConflicts', after(-86_400), 1000],
    ['notices', after(-5_184_000), 1000],
    ['signingKeys', after(-7_776_000), 1000]
  ])
})

void t.test('many go batch by batch until one is not full', async t => {
  const { run, asked, rows } = open({ pendingAttempts: 2500, signIns: 1000 })
  t.same(await run(), { ...none, pendingAttempts: 2500, signIns: 1000, finished: true })
  t.same(rows, none)
  t.equal(asked.length, 3 + 2 + 11)
})

void t.test('a table that never empties does not keep the sweep for ever', async t => {
  const expired = expiredBy(what => async (_, limit) => what === 'pendingAttempts' ? limit : 0)
  const { pendingAttempts, finished } = await sweep({ expired, now: () => now, attemptRetentionSeconds: 1, eventRetentionSeconds: 1 })()
  t.equal(pendingAttempts, 1_000_000)
  t.equal(finished, false)
})

void t.test('the gateway sweeps when it has started and then once an hour, a little at a time', async t => {
  const rows = { left: 45_000 }
  const expired = expiredBy(what => async (_, limit) => {
    const removed = what === 'events' ? Math.min(limit, rows.left) : 0
    rows.left -= removed
    return removed
  })
  let time = now
  const tend = sweepHourly(sweep({ expired, now: () => time, attemptRetentionSeconds: 1, eventRetentionSeconds: 1 }), () => time)
  t.match(await tend(), { events: 20_000, finished: false })
  time = after(60)
  t.match(await tend(), { events: 20_000, finished: false }, 'what was left goes in the next minute')
  time = after(120)
  t.match(await tend(), { events: 5_000, finished: true })
  time = after(120 + 3_599)
  t.equal(await tend(), null)
  time = after(120 + 3_600)
  t.match(await tend(), { events: 0, finished: true })
})

void t.test('a sweep that fails is tried again at once', async t => {
  let broken = true
  const tend = sweepHourly(async () => {
    if (broken) throw new Error('the database is away')
    return { ...none, finished: true }
  }, () => now)
  await t.rejects(tend(), /away/)
  broken = false
  t.match(await tend(), { finished: true })
  t.equal(await tend(), null)
})

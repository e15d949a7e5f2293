// Does everybody who administers a customer hear of what happened, once, and somebody of it when they could not?
import t from 'tap'
import { type NoticeToTell, tellAdmins, type TellAdminsNeeds } from '../../src/flows/tell-admins.ts'
import type { AuditEvent } from '../../src/tenant/event.ts'
import { acme, acmeOkta, ada, after, bob, now } from '../contracts/cast.ts'
import { failingNth } from '../world/failing-nth.ts'

const occasion: NoticeToTell = {
  tenantId: acme.id,
  connectionId: acmeOkta.id,
  occasion: 'evt-1',
  news: { about: 'live' },
  createdAt: now,
  tries: 0,
  company: 'Acme Corp',
  slug: 'acme',
  issuer: 'https://acme.okta.com',
  state: 'live',
  clientSecretExpiresAt: null,
  admins: [ada, bob],
  told: []
}

function open (notices: readonly Partial<NoticeToTell>[] = [{}]) {
  const rows = notices.map((one, place) => ({ ...occasion, occasion: `evt-${place}`, ...one, due: now as Date | null, told: [...one.told ?? []] as string[] }))
  const row = (key: { readonly occasion: string }) => rows.find(one => one.occasion === key.occasion)
  const mails: Array<Record<string, unknown> & { to: string }> = []
  const events: AuditEvent[] = []
  const world = { time: now, refuses: new Set<string>() }
  const take = async (mail: { readonly to: string }): Promise<boolean> => {
    if (world.refuses.has(mail.to)) return false
    mails.push({ ...mail })
    return true
  }
  const needs: TellAdminsNeeds = {
    notices: {
      noteExpiringSecrets: async () => {},
      take: async (at, until) => {
        const found = rows.find(({ due }) => due !== null && due <= at)
        if (found === undefined) return null
        found.due = until
        found.tries++
        return { ...found, told: [...found.told] }
      },
      noteTold: async (key, memberId) => { row(key)?.told.push(memberId) },
      postpone: async (key, until) => { const found = row(key); if (found !== undefined) found.due = until },
      finish: async key => {
        const found = row(key)
        if (found === undefined || found.due === null) return false
        found.due = null
        return true
      }
    },
    mail: { delivers: true, sendLive: take, sendLiveChange: take, sendSecretExpiry: take },
    events: { save: async event => { events.push(event) } },
    publicUrl: 'https://login.northwind.test',
    now: () => world.time
  }
  return { rows, mails, events, world, needs, run: tellAdmins(needs) }
}

const base = { tenantId: acme.id, actor: 'gatehouse', subject: acmeOkta.id }

void t.test('each admin gets one mail, and it is written down who was told', async t => {
  const { run, mails, events } = open()
  t.equal(await run(), 1)
  t.equal(await run(), 0)
  const url = 'https://login.northwind.test/auth/login?tenant=acme'
  t.strictSame(mails, [ada, bob].map(({ email }) => ({ to: email, company: 'Acme Corp', url })))
  t.strictSame(events, [{ ...base, type: 'admins.told', details: { about: 'live', members: [ada.id, bob.id] } }])
})

void t.test('the mail on a change says which, and the mail on a secret when it ends and where its Admin Console is', async t => {
  const expiresAt = after(7 * 86_400)
  const { run, mails } = open([
    { news: { about: 'live-changed', change: 'promoted', actor: 'lnk-1' }, admins: [ada] },
    { news: { about: 'live-changed', change: 'retired', actor: 'apk-1' }, admins: [ada], state: 'retired' },
    { news: { about: 'secret-expiry', expiresAt: expiresAt.toISOString() }, clientSecretExpiresAt: expiresAt, admins: [ada] }
  ])
  t.equal(await run(), 3)
  t.match(mails, [
    { change: 'promoted', byLink: true, host: 'acme.okta.com', at: now.toISOString() },
    { change: 'retired', byLink: false },
    { expiresAt: expiresAt.toISOString(), days: 7, adminConsole: 'acme-admin.okta.com' }
  ])
})

void t.test('where nobody administers the tenant, or nothing can be mailed, the operator reads that nobody could be told, once', async t => {
  const alone = open([{ admins: [] }])
  t.equal(await alone.run(), 1)
  await alone.run()
  t.strictSame(alone.events, [{ ...base, type: 'admins.not-told', details: { about: 'live', reason: 'no-admin' } }])
  const { needs, events, mails } = open([{ news: { about: 'live-changed', change: 'edited', actor: 'operator' } }])
  await tellAdmins({ ...needs, mail: { ...needs.mail, delivers: false } })()
  t.strictSame(mails, [])
  t.strictSame(events, [{ ...base, type: 'admins.not-told', details: { about: 'live-changed', change: 'edited', reason: 'no-mail-server' } }])
})

void t.test('a mail that fails is sent later, to whom it has not reached, and to nobody twice', async t => {
  const { run, mails, events, world } = open()
  world.refuses.add(ada.email)
  t.equal(await run(), 0)
  t.match(mails, [{ to: bob.email }])
  t.equal(await run(), 0, 'not before its time')
  world.time = after(60)
  world.refuses.clear()
  t.equal(await run(), 1)
  t.match(mails, [{ to: bob.email }, { to: ada.email }])
  t.equal(mails.length, 2)
  t.match(events, [{ type: 'admins.told' }])
})

void t.test('after three days it is given up, and the operator reads who was not reached', async t => {
  const { run, events, rows, world } = open()
  world.refuses.add(ada.email)
  for (let tries = 0; tries < 30 && rows[0]?.due !== null; tries++) {
    await run()
    world.time = rows[0]?.due ?? world.time
  }
  t.strictSame(events, [{ ...base, type: 'admins.not-told', details: { about: 'live', reason: 'mail-refused', members: [ada.id] } }])
  t.ok(world.time.getTime() - now.getTime() <= 3 * 86_400_000)
})

void t.test('what is overtaken ends without a mail and without a word', async t => {
  const { run, mails, events, rows } = open([{ state: 'verified' }])
  await run()
  t.strictSame([mails, events, rows[0]?.due], [[], [], null])
})

void t.test('a mail server that is away costs a round two mails, and the next round goes on', async t => {
  const { needs, world } = open(Array.from({ length: 9 }, () => ({ admins: [ada] })))
  let sent = 0
  await tellAdmins({ ...needs, mail: { ...needs.mail, sendLive: async () => { sent++; return false } } })()
  t.equal(sent, 2)
  t.equal(await tellAdmins(needs)(), 7)
  world.time = after(60)
  t.equal(await tellAdmins(needs)(), 2)
})

void t.test('whatever fails, nobody is left out; only an answer of the database that is lost after a mail sends it twice', async t => {
  const calls = await failingNth(async failure => {
    const { needs, mails, rows, world } = open()
    await tellAdmins(failure.meddle(needs))().catch(() => {})
    world.time = after(1_800)
    await tellAdmins(needs)()
    t.strictSame([...new Set(mails.map(({ to }) => to))].sort(), [ada.email, bob.email], `${failure.failed()} ${failure.moment}`)
    t.equal(rows[0]?.due, null)
  })
  t.strictSame(calls, ['notices.noteExpiringSecrets', 'notices.take', 'mail.sendLive', 'notices.noteTold', 'mail.sendLive', 'notices.noteTold', 'notices.finish', 'events.save', 'notices.take'])
})

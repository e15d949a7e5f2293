// Who tells a customer's administration what happened to their sign-in? A chore, so that nobody's request waits for a mail server.
import { findAdminConsole } from '../okta/host.ts'
import type { ConnectionState } from '../tenant/connection.ts'
import type { AuditEvent } from '../tenant/event.ts'
import type { ConnectionId, MemberId, TenantId } from '../tenant/id.ts'
import { daysUntil, isStale, type LiveChange, type News, nextTry } from '../tenant/notice.ts'

interface Key { readonly tenantId: TenantId, readonly connectionId: ConnectionId, readonly occasion: string }

export interface NoticeToTell extends Key {
  readonly news: News
  readonly createdAt: Date
  readonly tries: number
  readonly company: string
  readonly slug: string
  /** The connection, as it is now. */
  readonly issuer: string
  readonly state: ConnectionState
  readonly clientSecretExpiresAt: Date | null
  readonly admins: readonly { readonly id: MemberId, readonly email: string }[]
  readonly told: readonly string[]
}

interface Letter { readonly to: string, readonly company: string, readonly url: string }

export interface TellAdminsNeeds {
  readonly notices: {
    noteExpiringSecrets (now: Date): Promise<void>
    take (now: Date, until: Date): Promise<NoticeToTell | null>
    noteTold (key: Key, memberId: MemberId): Promise<void>
    postpone (key: Key, until: Date): Promise<void>
    finish (key: Key): Promise<boolean>
  }
  readonly mail: {
    /** Whether there is a mail server at all. */
    readonly delivers: boolean
    sendLive (mail: Letter): Promise<boolean>
    sendLiveChange (mail: Letter & { readonly change: LiveChange, readonly byLink: boolean, readonly host: string, readonly at: Date }): Promise<boolean>
    sendSecretExpiry (mail: Letter & { readonly expiresAt: Date, readonly days: number, readonly adminConsole: string | null }): Promise<boolean>
  }
  readonly events: { save (event: AuditEvent, now: Date): Promise<void> }
  readonly publicUrl: string
  readonly now: () => Date
}

/** At most so many at a time, and so many that fail: a mail server that is away costs each of them its deadline, and other chores wait. */
const AT_A_TIME = 20
const MOST_FAILURES = 2
/** Nobody else takes a notice meanwhile; longer than a round can last. */
const HELD_MS = 1_800_000

export function tellAdmins (needs: TellAdminsNeeds) {
  /** @returns how many notices have reached everybody that they are for. */
  return async function (): Promise<number> {
    await needs.notices.noteExpiringSecrets(needs.now())
    let [told, failed] = [0, 0]
    for (let count = 0; count < AT_A_TIME && failed < MOST_FAILURES; count++) {
      const now = needs.now()
      const notice = await needs.notices.take(now, new Date(now.getTime() + HELD_MS))
      if (notice === null) break
      if (await tell(needs, notice)) told++
      else failed++
    }
    return told
  }
}

/** @returns false when mails have failed. */
async function tell (needs: TellAdminsNeeds, notice: NoticeToTell): Promise<boolean> {
  if (isStale(notice.news, notice)) return await needs.notices.finish(notice).then(() => true)
  if (notice.admins.length === 0) return await end(needs, notice, { reason: 'no-admin' })
  if (!needs.mail.delivers) return await end(needs, notice, { reason: 'no-mail-server' })
  const untold: MemberId[] = []
  for (const { id, email } of notice.admins) {
    // One address that is refused keeps nobody else from hearing; a server that is away would answer none of them.
    if (notice.told.includes(id) || untold.length === MOST_FAILURES) continue
    if (await send(needs, notice, email)) await needs.notices.noteTold(notice, id)
    else untold.push(id)
  }
  if (untold.length === 0) return await end(needs, notice, { members: notice.admins.map(({ id }) => id) })
  const again = nextTry(notice.tries, notice.createdAt, needs.now())
  if (again === null) await end(needs, notice, { reason: 'mail-refused', members: untold })
  else await needs.notices.postpone(notice, again)
  return false
}

async function end ({ notices, events, now }: TellAdminsNeeds, notice: NoticeToTell, details: { readonly reason?: string, readonly members?: readonly MemberId[] }): Promise<true> {
  if (await notices.finish(notice)) {
    const { news } = notice
    await events.save({
      type: details.reason === undefined ? 'admins.told' : 'admins.not-told',
      tenantId: notice.tenantId,
      actor: 'gatehouse',
      subject: notice.connectionId,
      details: { about: news.about, ...('change' in news ? { change: news.change } : {}), ...details }
    }, now())
  }
  return true
}

async function send ({ mail, publicUrl, now }: TellAdminsNeeds, { news, company, slug, issuer, createdAt }: NoticeToTell, to: string): Promise<boolean> {
  const letter = { to, company, url: `${publicUrl}/auth/login?tenant=${encodeURIComponent(slug)}` }
  if (news.about === 'live') return await mail.sendLive(letter)
  if (news.about === 'live-changed') return await mail.sendLiveChange({ ...letter, change: news.change, byLink: news.actor.startsWith('lnk-'), host: new URL(issuer).host, at: createdAt })
  const expiresAt = new Date(news.expiresAt)
  return await mail.sendSecretExpiry({ ...letter, expiresAt, days: daysUntil(expiresAt, now()), adminConsole: findAdminConsole(issuer) })
}

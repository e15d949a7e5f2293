// Who is signed in, answered from memory? A session is believed only while every change to it, its person, its tenant and its connection is heard.
import { isDeepStrictEqual } from 'node:util'
import { LRUCache } from 'lru-cache'
import type { LiveSession, SessionKey } from '../tenant/sign-in.ts'
import type { Changes } from './changes.ts'
import { type Ground, type Grounds, KeptSession, listOnce } from './kept-session.ts'

export interface LiveSessions {
  /** The session behind the hash of a cookie's id; at once when it is in memory, which is what makes a check cheap. */
  find (idHash: string): LiveSession | null | Promise<LiveSession | null>
  /** The same where memory has it and may be believed; null where it would have to be read. Nothing is begun. */
  atHand (key: SessionKey): LiveSession | null
  /** Reads the session again, past the memory, and remembers what was read instead. */
  reload (idHash: string): Promise<LiveSession | null>
  /** Notes that the session was used. Written down later, many in one statement. */
  touch (idHash: string, session: LiveSession, now: Date): void
  /** Forgets one at once, before the change has come back through the database. */
  forget (idHash: string): void
  /** Writes down what was noted. */
  flush (): Promise<void>
  size (): number
  /** How many questions memory answered, and how many it could not. */
  stats (): { readonly hits: number, readonly misses: number }
  close (): Promise<void>
}

export interface LiveSessionsOptions {
  readonly load: (idHash: string) => Promise<LiveSession | null>
  readonly write: (seen: ReadonlyMap<string, Date>) => Promise<void>
  readonly changes: Changes
  readonly max?: number
  readonly onWriteError?: (error: unknown) => void
}

const FLUSH_MS = 1_000
// An id that was unknown once stays unknown: ids are random and made before their cookie is sent.
const MAX_ABSENT = 10_000
const NEARLY = 0.9

export function createLiveSessions ({ load, write, changes, max = 200_000, onWriteError }: LiveSessionsOptions): LiveSessions {
  const grounds = { member: new Map<string, Ground>(), tenant: new Map<string, Ground>(), connection: new Map<string, Ground>() }
  const absent = new LRUCache<string, true>({ max: MAX_ABSENT })
  const leaveAll = (session: KeptSession) => {
    const { member, tenant, connection, grounds: under } = session
    session.takeAway()
    leave(grounds.member, member.id, under.member)
    leave(grounds.tenant, tenant.id, under.tenant)
    leave(grounds.connection, connection.id, under.connection)
  }
  // Told as a size, it grows with the sessions: as a number, room for all of them would be made with each start.
  const entries = new LRUCache<string, KeptSession>({ maxSize: max, sizeCalculation: () => 1, dispose: leaveAll })
  const loading = new Map<string, Promise<LiveSession | null>>()
  let seen = new Map<string, Date>()
  // How often something was told that sessions stand on. Between two of these nothing has to be looked at again.
  let told = 0
  let hits = 0
  let misses = 0

  const stand = (those: Map<string, Ground>, id: string): Ground => {
    const ground = those.get(id) ?? { firm: true, holders: 0, read: null }
    ground.holders++
    those.set(id, ground)
    return ground
  }
  const leave = (those: Map<string, Ground>, id: string, ground: Ground) => {
    if (--ground.holders === 0 && those.get(id) === ground) those.delete(id)
  }

  // A hundred sessions of a customer hold one tenant, not a hundred.
  const share = <Value>(ground: Ground, value: Value): Value => {
    if (isDeepStrictEqual(ground.read, value)) return ground.read as Value
    ground.read = value
    return value
  }

  changes.onDoubt(() => {
    entries.clear()
    loading.clear()
  })
  changes.onChange((kind, id) => {
    loading.clear()
    if (kind === 'session') entries.delete(id)
    if (kind !== 'member' && kind !== 'tenant' && kind !== 'connection') return
    const ground = grounds[kind].get(id)
    if (ground === undefined) return
    ground.firm = false
    told++
    grounds[kind].delete(id)
  })

  const read = async (idHash: string): Promise<LiveSession | null> => {
    const generation = changes.generation()
    const session = await load(idHash)
    if (!changes.isTrusted() || changes.generation() !== generation) return session
    if (session === null) {
      absent.set(idHash, true)
      return null
    }
    const under: Grounds = { member: stand(grounds.member, session.member.id), tenant: stand(grounds.tenant, session.tenant.id), connection: stand(grounds.connection, session.connection.id) }
    const tenant = share(under.tenant, session.tenant)
    const member = share(under.member, { ...session.member, tenantId: tenant.id, roles: listOnce(session.member.roles) })
    const lean = new KeptSession(session, { member, tenant, connection: share(under.connection, session.connection) }, under)
    entries.set(idHash, lean)
    return lean
  }

  const flush = async () => {
    if (seen.size === 0) return
    const batch = seen
    seen = new Map()
    try {
      await write(batch)
    } catch (error) {
      // Somebody who is busy must not look idle because the table was away for a moment.
      for (const [idHash, at] of batch) if (!seen.has(idHash)) seen.set(idHash, at)
      throw error
    }
  }
  const timer = setInterval(() => { flush().catch(error => onWriteError?.(error)) }, FLUSH_MS)
  timer.unref()

  // To keep the order in which they were used costs as much as the rest. It matters once somebody will have to go.
  const isRoomy = () => entries.size < max * NEARLY

  const believe = (idHash: string, entry: KeptSession): KeptSession | null => {
    if (entry.stands(told)) {
      hits++
      return entry
    }
    entries.delete(idHash)
    return null
  }

  const recall = (idHash: string): KeptSession | null => {
    if (!changes.isTrusted()) return null
    const entry = isRoomy() ? entries.peek(idHash) : entries.get(idHash)
    return entry === undefined ? null : believe(idHash, entry)
  }

  const atHand = (key: SessionKey): KeptSession | null => {
    const left = changes.isTrusted() && isRoomy() ? KeptSession.leftWith(key) : null
    if (left !== null) return believe(key.idHash, left)
    const found = recall(key.idHash)
    found?.leaveWith(key)
    return found
  }

  return {
    atHand,
    find (idHash) {
      if (!changes.isTrusted()) {
        misses++
        return load(idHash)
      }
      const known = recall(idHash)
      if (known !== null) return known
      if (absent.has(idHash)) {
        hits++
        return null
      }
      misses++
      const running = loading.get(idHash)
      if (running !== undefined) return running
      const mine = read(idHash).finally(() => { if (loading.get(idHash) === mine) loading.delete(idHash) })
      loading.set(idHash, mine)
      return mine
    },

    async reload (idHash) {
      entries.delete(idHash)
      return await read(idHash)
    },

    touch (idHash, session, now) {
      if (session instanceof KeptSession) {
        if (session.noteUse(now)) seen.set(idHash, now)
        return
      }
      if (now <= session.lastSeenAt) return
      session.lastSeenAt = now
      seen.set(idHash, now)
    },

    forget (idHash) {
      entries.delete(idHash)
    },
    flush,
    size: () => entries.size,
    stats: () => ({ hits, misses }),
    async close () {
      clearInterval(timer)
      await flush()
    }
  }
}

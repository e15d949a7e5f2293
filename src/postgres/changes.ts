// What has changed under our feet, and are we sure to hear of it? Memory may be believed only while this can answer yes.
import pg from 'pg'
import type { Secret } from '../secret.ts'

export type ChangeKind = 'tenant' | 'domain' | 'connection' | 'member' | 'session' | 'app' | 'signing-key'

export interface Changes {
  /** Whether everything that was committed until a moment ago has been heard here. */
  isTrusted (): boolean
  /** Rises with everything heard, and with every loss of the line: what was read before it rose may be stale. */
  generation (): number
  onChange (hear: (kind: ChangeKind, id: string) => void): void
  /** Called when changes may have been missed: forget everything. */
  onDoubt (forget: () => void): void
  /** Resolves when the line is up for the first time. */
  ready (): Promise<void>
  close (): Promise<void>
}

export interface ChangesOptions {
  readonly url: Secret
  /** Like no other listener's: containers share process ids. */
  readonly name: string
  /** Milliseconds from any fixed point; never goes back. */
  readonly monotonic: () => number
  readonly onLost?: (error: unknown) => void
}

const CHANNEL = 'gatehouse'
const BEAT_MS = 500
/** How old the last proven beat may be. Contract: two seconds. */
const TRUST_MS = 2_000
const RETRY_MS = 250

/**
 * Listens to the channel that the triggers of the tables tell, and proves the line by a beat that goes through PostgreSQL and back.
 * A beat counts from when it was sent: whatever was committed before that has been delivered before the beat came back.
 */
export function listenToChanges ({ url, name, monotonic, onLost }: ChangesOptions): Changes {
  const hearers: ((kind: ChangeKind, id: string) => void)[] = []
  const doubters: (() => void)[] = []
  let generation = 0
  let provenAt = -Infinity
  let closed = false
  let client: pg.Client | null = null
  let timer: NodeJS.Timeout | undefined
  let beat = { number: 0, sentAt: 0 }
  let markReady = () => {}
  const ready = new Promise<void>(resolve => { markReady = resolve })

  const doubt = () => {
    generation++
    provenAt = -Infinity
    for (const forget of doubters) forget()
  }

  const lose = (error: unknown) => {
    if (client === null) return
    const lost = client
    client = null
    clearTimeout(timer)
    doubt()
    onLost?.(error)
    lost.end().catch(() => {})
    if (!closed) timer = setTimeout(open, RETRY_MS)
  }

  const hear = (payload: string) => {
    const [kind = '', id = ''] = payload.split(' ')
    if (kind === 'beat') {
      if (id !== `${name}-${beat.number}`) return
      provenAt = beat.sentAt
      markReady()
      clearTimeout(timer)
      timer = setTimeout(send, BEAT_MS)
      return
    }
    generation++
    for (const hearer of hearers) hearer(kind as ChangeKind, id)
  }

  const send = () => {
    const mine = client
    if (mine === null) return
    beat = { number: beat.number + 1, sentAt: monotonic() }
    // A line may answer and still be deaf: behind a transaction pooler nobody ever hears a notification.
    timer = setTimeout(() => lose(new Error('a beat did not come back')), TRUST_MS)
    mine.query('select pg_notify($1, $2)', [CHANNEL, `beat ${name}-${beat.number}`]).catch(error => { if (client === mine) lose(error) })
  }

  const open = () => {
    const fresh = new pg.Client({ connectionString: url.reveal(), connectionTimeoutMillis: TRUST_MS, query_timeout: TRUST_MS, keepAlive: true, application_name: 'gatehouse changes' })
    client = fresh
    // A line that was given up may still complain, long after the next one is up.
    fresh.on('error', error => { if (client === fresh) lose(error) })
    fresh.on('end', () => { if (client === fresh) lose(new Error('the connection ended')) })
    fresh.on('notification', message => { if (client === fresh) hear(message.payload ?? '') })
    fresh.connect()
      .then(async () => { await fresh.query(`listen ${CHANNEL}`) })
      .then(() => {
        // What was remembered before the line was up has no one to contradict it.
        doubt()
        send()
      })
      .catch(error => { if (client === fresh) lose(error) })
  }
  open()

  return {
    isTrusted: () => monotonic() - provenAt <= TRUST_MS,
    generation: () => generation,
    onChange: hearer => { hearers.push(hearer) },
    onDoubt: forget => { doubters.push(forget) },
    ready: async () => { await ready },
    async close () {
      closed = true
      clearTimeout(timer)
      const last = client
      client = null
      await last?.end().catch(() => {})
    }
  }
}

// What outlives its request, and must not outlive the sign-in? WebSockets and streams, asked about again whenever something changes, and every second.

export interface Line {
  /** What it stands on, each as `kind id`: a change to any of it is a reason to ask at once. */
  readonly grounds: ReadonlySet<string>
  /** Whether it may stay. */
  readonly check: () => boolean | Promise<boolean>
  readonly end: (why: 'ended' | 'closing') => void
}

export interface OpenLinesNeeds {
  readonly changes: {
    onChange (hear: (kind: string, id: string) => void): void
    /** Changes may have been missed. */
    onDoubt (hear: () => void): void
  }
  readonly now: () => Date
  /** Does something again and again until what it returns is called. */
  readonly every: (milliseconds: number, work: () => void) => () => void
}

export interface OpenLines {
  /** Returns what is to be called when the line has ended by itself. */
  add (line: Line): () => void
  /** The gateway goes down. */
  endAll (): void
  size (): number
}

interface Watched {
  readonly line: Line
  confirmedAt: number
  /** Since when an answer is under way. */
  askingSince: number | null
  again: boolean
}

const EVERY_MS = 1_000
/** For as long as nobody can be asked. Contract §6: three seconds at the very worst. */
const UNCONFIRMED_MS = 2_000

export function watchLines ({ changes, now, every }: OpenLinesNeeds): OpenLines {
  const open = new Set<Watched>()
  let closing = false

  const settle = (watched: Watched, allowed: boolean) => {
    if (!open.has(watched)) return
    if (allowed) {
      watched.confirmedAt = now().getTime()
      return
    }
    open.delete(watched)
    watched.line.end('ended')
  }
  const doubt = (watched: Watched) => {
    // One failed look at the database is no reason to cut everybody off; a database that stays away is.
    if (now().getTime() - watched.confirmedAt >= UNCONFIRMED_MS) settle(watched, false)
  }
  const done = (watched: Watched) => {
    watched.askingSince = null
    if (watched.again) ask(watched)
  }
  const ask = (watched: Watched) => {
    // An answer under way may be older than the change that we have just heard of.
    watched.again = watched.askingSince !== null
    // A database that says nothing at all is as good as one that is away.
    if (watched.askingSince !== null && now().getTime() - watched.askingSince >= UNCONFIRMED_MS) settle(watched, false)
    if (watched.again || !open.has(watched)) return
    try {
      const answer = watched.line.check()
      if (!(answer instanceof Promise)) return settle(watched, answer)
      watched.askingSince = now().getTime()
      answer.then(allowed => { settle(watched, allowed) }, () => { doubt(watched) }).finally(() => { done(watched) }).catch(() => {})
    } catch {
      doubt(watched)
    }
  }
  const askAll = () => { for (const watched of open) ask(watched) }

  changes.onChange((kind, id) => {
    const ground = `${kind} ${id}`
    for (const watched of open) if (watched.line.grounds.has(ground)) ask(watched)
  })
  changes.onDoubt(askAll)
  const stop = every(EVERY_MS, askAll)

  return {
    add (line) {
      // An app may take half a minute to answer, and the gateway has begun to go down meanwhile.
      if (closing) {
        line.end('closing')
        return () => {}
      }
      const watched: Watched = { line, confirmedAt: now().getTime(), askingSince: null, again: false }
      open.add(watched)
      // It was opened a moment after its question was answered.
      ask(watched)
      return () => { open.delete(watched) }
    },
    endAll () {
      closing = true
      stop()
      for (const watched of [...open]) watched.line.end('closing')
      open.clear()
    },
    size: () => open.size
  }
}

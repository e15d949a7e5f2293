// How does a measured process tell the bench what it has used? By messages, so that asking is no request that would count.

/** What a process has used since it began. */
export interface Usage {
  /** Of all its threads, in user and kernel mode. */
  readonly cpuMs: number
  /** Statements sent to PostgreSQL; 0 where there is none. */
  readonly statements: number
  readonly heapMb: number
}

export type Commands = Readonly<Record<string, (given: unknown) => unknown>>

const MB = 1024 * 1024

/** Answers the parent's messages until the parent is gone, and then ends in good order. */
export function answerParent (commands: Commands, counted: { readonly statements: () => number, readonly close: () => Promise<void> }): void {
  const all: Commands = { usage: () => usage(counted.statements()), ...commands }
  process.on('message', (message: unknown) => {
    const name = typeof message === 'object' && message !== null ? Reflect.get(message, 'name') : undefined
    const command = typeof name === 'string' ? all[name] : undefined
    if (command === undefined || typeof message !== 'object' || message === null) return
    Promise.resolve().then(async () => await command(Reflect.get(message, 'given'))).then(
      value => process.send?.({ value }),
      (error: unknown) => process.send?.({ error: error instanceof Error ? error.stack : String(error) })
    )
  })
  process.once('disconnect', () => { void counted.close().finally(() => { process.exit() }) })
  process.send?.({ value: 'up' })
}

function usage (statements: number): Usage {
  const { user, system } = process.cpuUsage()
  return { cpuMs: (user + system) / 1000, statements, heapMb: process.memoryUsage().heapUsed / MB }
}

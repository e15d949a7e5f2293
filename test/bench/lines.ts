// How are requests sent by somebody who is quicker than the gateway, from a hundred thousand visitors, or at an even pace?
import { connect, type Socket } from 'node:net'

export interface Asked {
  readonly url: string
  /** Headers of the n-th request. */
  readonly visitor: (index: number) => Readonly<Record<string, string>>
  readonly expectedStatus: number
}

interface Line {
  ask (index: number): Promise<void>
  close (): void
}

const PATIENCE_MS = 10_000

/** Sends so many requests, as fast as they are answered. @returns how many seconds it took. */
export async function flood (asked: Asked, amount: number, connections: number): Promise<number> {
  const lines = await openLines(asked, connections)
  const startedAt = performance.now()
  let next = 0
  try {
    await Promise.all(lines.map(async line => { while (next < amount) await line.ask(next++) }))
    return (performance.now() - startedAt) / 1000
  } finally {
    lines.forEach(line => { line.close() })
  }
}

/** Sends so many requests a second, whether the earlier ones are answered or not. @returns how many milliseconds each of them took. */
export async function pace (asked: Asked, amount: number, perSecond: number, connections: number): Promise<readonly number[]> {
  const lines = await openLines(asked, connections)
  const free = [...lines]
  const took: number[] = []
  const all = Promise.withResolvers<void>()
  const startedAt = performance.now()
  let sent = 0
  const step = () => {
    while (sent < amount && free.length > 0) {
      const dueAt = startedAt + sent * 1000 / perSecond
      const now = performance.now()
      if (now < dueAt) break
      const line = free.pop()
      if (line === undefined) break
      // Late because all lines were taken counts; late because the load was slow by itself does not.
      const since = free.length === 0 ? dueAt : now
      line.ask(sent++).then(() => {
        took.push(performance.now() - since)
        free.push(line)
        if (took.length === amount) all.resolve()
      }, all.reject)
    }
    if (sent < amount) setImmediate(step)
  }
  step()
  await all.promise.finally(() => {
    sent = amount
    lines.forEach(line => { line.close() })
  })
  return took
}

async function openLines (asked: Asked, connections: number): Promise<Line[]> {
  return await Promise.all(Array.from({ length: connections }, async () => await openLine(asked)))
}

async function openLine ({ url, visitor, expectedStatus }: Asked): Promise<Line> {
  const { hostname, port, host, pathname } = new URL(url)
  const socket: Socket = connect(Number(port), hostname)
  socket.setNoDelay(true)
  socket.setTimeout(PATIENCE_MS, () => { socket.destroy(new Error(`${url} does not answer`)) })
  socket.setEncoding('latin1')
  let waiting: PromiseWithResolvers<void> | null = null
  let text = ''
  const settle = (fault: Error | null) => {
    const mine = waiting
    waiting = null
    text = ''
    if (fault === null) mine?.resolve()
    else mine?.reject(fault)
  }
  socket.on('data', (chunk: string) => {
    text += chunk
    const head = text.indexOf('\r\n\r\n')
    if (head < 0) return
    const [, length = '0'] = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, head + 2)) ?? []
    if (text.length < head + 4 + Number(length)) return
    const status = Number(text.slice(9, 12))
    settle(status === expectedStatus ? null : new Error(`${url} answered ${status}`))
  })
  const connected = Promise.withResolvers<void>()
  socket.once('connect', () => { connected.resolve() })
  socket.on('error', error => {
    connected.reject(error)
    settle(error)
  })
  socket.on('close', () => { settle(new Error(`${url} hung up`)) })
  await connected.promise
  return {
    async ask (index) {
      waiting = Promise.withResolvers<void>()
      const headers = Object.entries({ host, ...visitor(index) }).map(([name, value]) => `${name}: ${value}\r\n`).join('')
      socket.write(`GET ${pathname} HTTP/1.1\r\n${headers}\r\n`, 'latin1')
      await waiting.promise
    },
    close () { socket.destroy() }
  }
}

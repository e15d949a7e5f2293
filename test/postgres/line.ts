// What can befall the line to PostgreSQL? A proxy on a unix socket that goes silent, goes deaf to notifications, or breaks, when told.
import { mkdtemp, rm } from 'node:fs/promises'
import net from 'node:net'
import path from 'node:path'
import { Secret } from '../../src/secret.ts'
import { databaseUrl } from '../world/embedded-postgres.ts'
import type { WithTeardown } from './fresh-database.ts'

export interface Line {
  url (database: string): Secret
  /** Whether what PostgreSQL says arrives: all of it, all but notifications, or nothing. Counts for lines that are up already, too. */
  hear (what: 'everything' | 'no-notifications'): void
  /** What is connected now goes silent and stays so; whoever connects anew is served. */
  silence (): void
  /** Breaks every connection. */
  cut (): void
  /** Where connections go from now on; null refuses them. */
  connectTo (socketDirectory: string | null): void
}

const NOTIFICATION = 'A'.charCodeAt(0)

export async function openLine (test: WithTeardown, socketDirectory: string): Promise<Line> {
  const directory = await mkdtemp(path.join('/tmp', 'gatehouse-line-'))
  let target: string | null = socketDirectory
  let deaf = false
  const pairs = new Set<{ near: net.Socket, far: net.Socket, silent: boolean }>()

  const server = net.createServer(near => {
    if (target === null) {
      near.destroy()
      return
    }
    const far = net.connect(path.join(target, '.s.PGSQL.5432'))
    const pair = { near, far, silent: false }
    pairs.add(pair)
    const end = () => {
      pairs.delete(pair)
      near.destroy()
      far.destroy()
    }
    for (const socket of [near, far]) socket.on('error', end).on('close', end)
    near.on('data', chunk => { if (!pair.silent) far.write(chunk) })
    let rest = Buffer.alloc(0)
    far.on('data', (chunk: Buffer) => {
      const { whole, left } = cutMessages(Buffer.concat([rest, chunk]))
      rest = left
      for (const message of whole) if (!pair.silent && !(deaf && message[0] === NOTIFICATION)) near.write(message)
    })
  })
  await new Promise<void>(resolve => { server.listen(path.join(directory, '.s.PGSQL.5432'), resolve) })
  const cut = () => { for (const { near } of pairs) near.destroy() }
  test.teardown(async () => {
    cut()
    await new Promise(resolve => { server.close(resolve) })
    await rm(directory, { recursive: true, force: true })
  })
  return {
    url: database => new Secret(databaseUrl(directory, database)),
    hear: what => { deaf = what === 'no-notifications' },
    silence: () => { for (const pair of pairs) pair.silent = true },
    cut,
    connectTo: next => { target = next }
  }
}

// Every message of the server is a letter, the length of what follows, and that.
function cutMessages (bytes: Buffer): { whole: Buffer[], left: Buffer<ArrayBuffer> } {
  const whole: Buffer[] = []
  let from = 0
  while (bytes.length >= from + 5) {
    const to = from + 1 + bytes.readUInt32BE(from + 1)
    if (bytes.length < to) break
    whole.push(bytes.subarray(from, to))
    from = to
  }
  return { whole, left: Buffer.from(bytes.subarray(from)) }
}

// Is this data directory ours to start on? Reachable for the server's account, and not in another server's hands.
import { createHash } from 'node:crypto'
import { readFileSync, mkdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import net from 'node:net'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { canUse, giveTo } from './postgres-owner.ts'
import type { ServerOwner } from './postgres-owner.ts'

const SHUTDOWN_PATIENCE_MS = 10_000

/** The directory itself; or, for root in a home that is closed to everybody else, a stand-in for it that always has the same name. */
export function findReachable (directory: string, owner: ServerOwner | undefined): string {
  mkdirSync(directory, { recursive: true })
  giveTo(owner, directory)
  if (canUse(owner, directory)) return directory
  const standIn = path.join('/var/tmp', `gatehouse-${createHash('sha256').update(directory).digest('hex').slice(0, 12)}`)
  mkdirSync(standIn, { recursive: true })
  giveTo(owner, standIn)
  return standIn
}

interface Lock { pid: number, socket: string }

function readLock (file: string): Lock | undefined {
  try {
    const [pid, , , port, socketDirectory] = readFileSync(file, 'utf8').split('\n')
    return { pid: Number(pid), socket: path.join(socketDirectory ?? '', `.s.PGSQL.${port}`) }
  } catch {
    return undefined
  }
}

function isAlive (pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0)
  } catch {
    return false
  }
}

async function answers (socket: string): Promise<boolean> {
  return await new Promise(resolve => {
    const connection = net.connect(socket)
    connection.once('connect', () => { connection.destroy(); resolve(true) })
    connection.once('error', () => resolve(false))
  })
}

/**
 * Removes the lock file of a server that was killed. PostgreSQL does so itself, unless something else has the dead
 * server's process id by now. One that is just going down is waited for; one that still answers is an error.
 */
export async function clearStaleLock (directory: string): Promise<void> {
  const file = path.join(directory, 'postmaster.pid')
  const deadline = Date.now() + SHUTDOWN_PATIENCE_MS
  for (let lock = readLock(file); lock !== undefined; lock = readLock(file)) {
    if (await answers(lock.socket)) throw new Error(`Another PostgreSQL (process ${lock.pid}) is using ${directory}: stop it first`)
    if (!isAlive(lock.pid) || Date.now() > deadline) return await rm(file, { force: true })
    await wait(50)
  }
}

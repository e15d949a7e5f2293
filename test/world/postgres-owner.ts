// As whom does PostgreSQL run? It refuses to run as root, so root lends it the account that owns nothing.
import { chownSync, readFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'

export interface ServerOwner { uid: number, gid: number }

const UNKNOWN_NOBODY = 65534

function findNobody (): ServerOwner {
  const line = readFileSync('/etc/passwd', 'utf8').split('\n').find(entry => entry.startsWith('nobody:'))
  const [, , uid, gid] = line?.split(':') ?? []
  return { uid: toId(uid), gid: toId(gid) }
}

function toId (field: string | undefined): number {
  const id = Number(field)
  // macOS writes -2 where it means the same account.
  return Number.isInteger(id) && id > 0 ? id : UNKNOWN_NOBODY
}

/** The account PostgreSQL must run as, or undefined when our own account will do. */
export function findServerOwner (): ServerOwner | undefined {
  return process.getuid?.() === 0 ? findNobody() : undefined
}

/** Hands one directory over to the server's account. */
export function giveTo (owner: ServerOwner | undefined, directory: string): void {
  if (owner !== undefined) chownSync(directory, owner.uid, owner.gid)
}

/** Hands a directory and everything in it over to the server's account. */
export function giveTreeTo (owner: ServerOwner | undefined, directory: string): void {
  if (owner !== undefined) spawnSync('chown', ['-R', `${owner.uid}:${owner.gid}`, directory])
}

/** Can the server's account enter this directory and write in it? */
export function canUse (owner: ServerOwner | undefined, directory: string): boolean {
  const script = 'cd "$1" && test -w .'
  return spawnSync('/bin/sh', ['-c', script, 'sh', directory], { ...owner, cwd: '/', stdio: 'ignore' }).status === 0
}

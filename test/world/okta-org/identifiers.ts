// What do Okta's identifiers look like? Twenty characters: a kind, and letters and digits that mean nothing.
import { createHash } from 'node:crypto'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const OKTA_LENGTH = 20

function characters (seed: string, length: number): string {
  return [...createHash('sha512').update(seed).digest()].slice(0, length).map(byte => ALPHABET[byte % ALPHABET.length]).join('')
}

/** Stable for one seed, so that an organisation that is started again is the same one. */
export function oktaId (kind: '00o' | '00u' | '0oa', seed: string): string {
  return kind + characters(`${kind} ${seed}`, OKTA_LENGTH - kind.length)
}

/** A client secret as long as Okta's. */
export function oktaSecret (seed: string): string {
  return characters(`secret ${seed}`, 64)
}

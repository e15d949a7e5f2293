// How is a secret kept in a table? As a compact JWE whose protected header names the key and the row: moved to another row, it does not open.
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose'
import { LRUCache } from 'lru-cache'
import { type SealingKey, Secret } from '../secret.ts'

export interface Seal {
  /** @param row where it will be kept, for example `connections/con-…/client_secret`. */
  seal (secret: Secret, row: string): Promise<string>
  /** @throws SealBroken for another row, an unknown key or a changed text. */
  open (sealed: string, row: string): Promise<Secret>
  /** Whether the text was sealed with a key that is no longer the first. */
  isStale (sealed: string): boolean
}

/** What is kept cannot be opened: a fault of the deployment (a lost key) or a row that was tampered with. */
export class SealBroken extends Error {
  constructor (row: string, options: { cause?: unknown } = {}) {
    super(`What is sealed in ${row} cannot be opened. Is the key that sealed it still in ENCRYPTION_KEYS?`, options)
    this.name = 'SealBroken'
  }
}

/** @param keys the first seals, all open. */
export function createSeal (keys: readonly [SealingKey, ...SealingKey[]]): Seal {
  const [first] = keys
  const bytes = new Map(keys.map(({ id, key }) => [id, new Uint8Array(Buffer.from(key.reveal(), 'base64'))]))
  const bytesOf = (id: unknown) => typeof id === 'string' ? bytes.get(id) : undefined
  const encoder = new TextEncoder()
  const decoder = new TextDecoder()
  return {
    async seal (secret, row) {
      return await new CompactEncrypt(encoder.encode(secret.reveal()))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: first.id, row })
        .encrypt(bytesOf(first.id) ?? new Uint8Array())
    },
    async open (sealed, row) {
      try {
        const header = decodeProtectedHeader(sealed)
        const key = bytesOf(header.kid)
        if (key === undefined || header.row !== row) throw new SealBroken(row)
        const { plaintext } = await compactDecrypt(sealed, key, { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] })
        return new Secret(decoder.decode(plaintext))
      } catch (cause) {
        throw cause instanceof SealBroken ? cause : new SealBroken(row, { cause })
      }
    },
    isStale (sealed) {
      return decodeProtectedHeader(sealed).kid !== first.id
    }
  }
}

/**
 * The same seal, which remembers what it has opened: for secrets that every login needs, never for what is opened once.
 * The sealed text says which secret it is: a changed one is another text.
 */
export function rememberOpened (seal: Seal, most = 1_000): Seal {
  const opened = new LRUCache<string, Secret>({ max: most })
  return {
    ...seal,
    async open (sealed, row) {
      const name = `${row} ${sealed}`
      const known = opened.get(name)
      if (known !== undefined) return known
      const secret = await seal.open(sealed, row)
      opened.set(name, secret)
      return secret
    }
  }
}

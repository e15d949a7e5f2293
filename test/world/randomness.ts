// Where do random bytes come from in a test? From a seed, so that a failure can be repeated.
import { createHash } from 'node:crypto'

const BLOCK_BYTES = 32

/** The same seed gives the same bytes, two seeds different ones. Never for anything real. */
export function createRandom (seed: string): (bytes: number) => Uint8Array {
  let block = 0
  let rest: Uint8Array = new Uint8Array(0)
  return bytes => {
    const chunks = [rest]
    let have = rest.length
    for (; have < bytes; have += BLOCK_BYTES) chunks.push(createHash('sha256').update(`${seed}:${block++}`).digest())
    const stream = Buffer.concat(chunks)
    rest = new Uint8Array(stream.subarray(bytes))
    return new Uint8Array(stream.subarray(0, bytes))
  }
}

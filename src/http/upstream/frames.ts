// Where does one WebSocket frame end and the next begin? (RFC 6455 §5.2) Only in between may a word of our own be put.
import { Transform } from 'node:stream'

export interface FrameReader {
  isBetween (): boolean
  /** Reads on. @returns how many bytes were taken: all, or with `one` those up to the next end of a frame. */
  read (chunk: Uint8Array, one: boolean): number
}

export function createFrameReader (): FrameReader {
  let header: number[] = []
  let payload = 0
  return {
    isBetween: () => header.length === 0 && payload === 0,
    read (chunk, one) {
      let at = 0
      while (at < chunk.length) {
        if (payload > 0) {
          const part = Math.min(payload, chunk.length - at)
          payload -= part
          at += part
        } else {
          header.push(chunk[at] ?? 0)
          at++
          if (header.length < 2 || header.length < headerLength(header[1] ?? 0)) continue
          payload = payloadLength(header)
          header = []
        }
        if (one && payload === 0) return at
      }
      return at
    }
  }
}

function headerLength (second: number): number {
  const length = second & 0x7f
  return 2 + (length === 127 ? 8 : length === 126 ? 2 : 0) + (second >= 0x80 ? 4 : 0)
}

function payloadLength (header: readonly number[]): number {
  const length = (header[1] ?? 0) & 0x7f
  if (length < 126) return length
  return header.slice(2, length === 126 ? 4 : 10).reduce((sum, byte) => sum * 256 + byte, 0)
}

/** A close frame as a server sends it. @param reason at most 123 bytes. */
export function buildCloseFrame (code: number, reason: string): Buffer {
  const text = Buffer.from(reason)
  return Buffer.concat([Buffer.from([0x88, text.length + 2, code >> 8, code & 0xff]), text])
}

/** Frames pass through it until it is shut: then the frame that is under way, the last word, and nothing more. */
export function createFrameGate (): { readonly stream: Transform, readonly shut: (last: Uint8Array) => void } {
  const reader = createFrameReader()
  let last: Uint8Array | null = null
  let over = false
  const finish = () => {
    if (over || last === null || !reader.isBetween()) return
    over = true
    stream.push(last)
    stream.push(null)
  }
  const stream: Transform = new Transform({
    transform (chunk: Buffer, _encoding, done) {
      if (over) return done()
      const taken = reader.read(chunk, last !== null)
      stream.push(chunk.subarray(0, taken))
      finish()
      done()
    }
  })
  return {
    stream,
    shut (frame) {
      last ??= frame
      finish()
    }
  }
}

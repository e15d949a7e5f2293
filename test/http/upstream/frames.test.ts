import { buffer } from 'node:stream/consumers'
import t from 'tap'
import { buildCloseFrame, createFrameGate, createFrameReader } from '../../../src/http/upstream/frames.ts'

function frame (length: number, { masked = false, opcode = 0x82 } = {}): Buffer {
  const size = length < 126 ? [length] : length < 65_536 ? [126, length >> 8, length & 0xff] : [127, 0, 0, 0, 0, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff]
  return Buffer.concat([Buffer.from([opcode, (size[0] ?? 0) | (masked ? 0x80 : 0), ...size.slice(1)]), Buffer.alloc(masked ? 4 : 0, 7), Buffer.alloc(length, 0xff)])
}

const lengths = [0, 1, 125, 126, 127, 65_535, 65_536, 70_000]

void t.test('the end of every frame is found, however long it is and however it is cut', async t => {
  for (const masked of [false, true]) {
    for (const length of lengths) {
      const one = frame(length, { masked })
      for (const cut of [1, 2, 3, 5, 13, one.length]) {
        const reader = createFrameReader()
        for (let at = 0; at < one.length; at += cut) {
          if (at > 0) t.notOk(reader.isBetween(), `${length} cut by ${cut}, at ${at}`)
          reader.read(one.subarray(at, at + cut), false)
          if (length > 1_000 && cut < 100) break
        }
        if (length <= 1_000 || cut >= 100) t.ok(reader.isBetween(), `${length} cut by ${cut}`)
      }
    }
  }
})

void t.test('reading can stop at the end of the frame that is under way', async t => {
  const reader = createFrameReader()
  const all = Buffer.concat([frame(10), frame(200), frame(0)])
  t.equal(reader.read(all.subarray(0, 5), true), 5)
  t.equal(reader.read(all.subarray(5), true), 12 - 5)
  t.equal(reader.read(all.subarray(12), true), 204)
  t.equal(reader.read(all.subarray(216), true), 2)
})

void t.test('a close frame is that of a server: unmasked, with code and reason', async t => {
  t.strictSame(buildCloseFrame(1008, 'over'), Buffer.from([0x88, 6, 0x03, 0xf0, ...Buffer.from('over')]))
  t.strictSame(buildCloseFrame(1001, ''), Buffer.from([0x88, 2, 0x03, 0xe9]))
})

const last = buildCloseFrame(1008, 'over')

void t.test('a gate that is shut between frames says its last word at once, and nothing after it', async t => {
  const { stream, shut } = createFrameGate()
  stream.write(frame(3))
  shut(last)
  stream.write(frame(4))
  stream.end()
  t.strictSame(await buffer(stream), Buffer.concat([frame(3), last]))
})

void t.test('a gate that is shut within a frame lets it end first', async t => {
  const { stream, shut } = createFrameGate()
  const long = frame(300)
  stream.write(Buffer.concat([frame(1), long.subarray(0, 10)]))
  shut(last)
  shut(buildCloseFrame(1001, ''))
  stream.write(long.subarray(10, 20))
  stream.write(Buffer.concat([long.subarray(20), frame(5)]))
  stream.write(frame(6))
  t.strictSame(await buffer(stream), Buffer.concat([frame(1), long, last]))
})

void t.test('a gate that nobody shuts changes nothing', async t => {
  const { stream } = createFrameGate()
  const all = Buffer.concat(lengths.slice(0, 5).map(length => frame(length)))
  stream.write(all.subarray(0, 100))
  stream.end(all.subarray(100))
  t.strictSame(await buffer(stream), all)
})

// What does DNS say? A server on this machine that answers questions for TXT records as it is told, byte for byte.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'

/** Records, each as the strings that it is sent in; or a server that fails. A name that is not told of does not exist. */
export type TxtAnswer = ReadonlyArray<readonly string[]> | 'SERVFAIL'

export interface DnsServer {
  /** For `setServers`. */
  readonly address: string
  readonly txt: Map<string, TxtAnswer>
  /** Names, in the order in which they were asked for. */
  readonly asked: string[]
  stop (): Promise<void>
}

const HEADER = 12
const codes = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3 }

export async function startDnsServer (): Promise<DnsServer> {
  const txt = new Map<string, TxtAnswer>()
  const asked: string[] = []
  const socket = createSocket('udp4', (packet, { port, address }) => {
    const { name, end } = readName(packet)
    asked.push(name)
    const found = txt.get(name) ?? 'NXDOMAIN'
    const records = typeof found === 'string' ? [] : found.map(buildRecord)
    const header = Buffer.from(packet.subarray(0, HEADER))
    // An answer, with authority, by somebody who asks others too; one question, so many answers, nothing else.
    header.writeUInt16BE(0x8580 | codes[typeof found === 'string' ? found : 'NOERROR'], 2)
    for (const [place, count] of [1, records.length, 0, 0].entries()) header.writeUInt16BE(count, 4 + 2 * place)
    socket.send(Buffer.concat([header, packet.subarray(HEADER, end), ...records]), port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return { address: `127.0.0.1:${socket.address().port}`, txt, asked, stop: async () => { await new Promise<void>(resolve => { socket.close(resolve) }) } }
}

/** The name that is asked for, and where the question ends: behind its type and class. */
function readName (packet: Buffer): { name: string, end: number } {
  const labels: string[] = []
  let at = HEADER
  for (let length = packet.readUInt8(at); length > 0; length = packet.readUInt8(at)) {
    labels.push(packet.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), end: at + 5 }
}

function buildRecord (strings: readonly string[]): Buffer {
  const data = Buffer.concat(strings.map(text => Buffer.concat([Buffer.from([Buffer.byteLength(text)]), Buffer.from(text)])))
  // The name of the question again, by its place; TXT, IN, a minute.
  const record = Buffer.from([0xc0, HEADER, 0, 16, 0, 1, 0, 0, 0, 60, 0, 0])
  record.writeUInt16BE(data.length, 10)
  return Buffer.concat([record, data])
}

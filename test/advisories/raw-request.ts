// What of a request that no client library would send? Its bytes on a socket, and everything that comes back.
import { connect } from 'node:net'

export interface RawAnswer {
  /** Of every answer on that line, in order; none where it was just cut. */
  readonly statuses: readonly number[]
  /** The first answer's status, 0 where there was none. */
  readonly status: number
  /** Everything, as it came. */
  readonly text: string
  /** A header of the first answer. */
  header (name: string): string | undefined
}

export type SendRaw = (bytes: string | Buffer) => Promise<RawAnswer>

// A line that stays open after this much is one that the gateway has forgotten.
const HANG_MS = 8_000

/** Requests to a gateway by hand. Fails where the gateway keeps the line open: the last request on it has to ask for the end. */
export function rawRequests (url: string): SendRaw {
  const port = Number(new URL(url).port)
  return async bytes => await new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => { socket.write(bytes) })
    const hung = setTimeout(() => {
      socket.destroy()
      reject(new Error(`The line stayed open after ${JSON.stringify(text.slice(0, 200))}`))
    }, HANG_MS)
    const done = () => {
      clearTimeout(hung)
      resolve(toAnswer(text))
    }
    // A gateway that has heard enough may hang up while there is still something to say.
    socket.setEncoding('latin1').on('data', part => { text += part }).on('end', done).on('error', done)
  })
}

/** One request: its line, its headers, its body, and the wish to close the line after it. */
export function compose (line: string, headers: ReadonlyArray<readonly [name: string, value: string]>, body = ''): string {
  return [line, ...headers.map(([name, value]) => `${name}: ${value}`), 'Connection: close', '', body].join('\r\n')
}

function toAnswer (text: string): RawAnswer {
  const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
  const head = text.split('\r\n\r\n', 1)[0] ?? ''
  return {
    statuses,
    status: statuses[0] ?? 0,
    text,
    header: name => head.split('\r\n').find(line => line.toLowerCase().startsWith(`${name}: `))?.slice(name.length + 2)
  }
}

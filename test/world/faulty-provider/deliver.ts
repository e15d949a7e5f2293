// How does a reply reach the wire, and what can happen to it on the way?
import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import type { Mishap } from './faults.ts'
import type { Reply } from './reply.ts'

/** Whether the mishap comes instead of the endpoint's work. */
export function replaces (mishap: Mishap | undefined): mishap is Extract<Mishap, { kind: 'answer' | 'redirect' }> {
  return mishap?.kind === 'answer' || mishap?.kind === 'redirect'
}

/** Writes the reply as it is. */
export function deliver (response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, { 'x-okta-request-id': 'reqFaultyProvider', ...reply.headers })
  response.end(reply.body)
}

/** Writes the reply as the mishap has it. */
export function deliverSpoilt (response: ServerResponse, reply: Reply, mishap: Mishap): void {
  const { status, headers } = reply
  switch (mishap.kind) {
    case 'answer':
      deliver(response, { status: mishap.status, headers: { 'content-type': mishap.contentType ?? 'text/html', ...mishap.headers }, body: mishap.body ?? '<html><body>Something went wrong</body></html>' })
      break
    case 'redirect':
      deliver(response, { status: 302, headers: { location: mishap.to }, body: '' })
      break
    case 'hang':
      break
    case 'reset':
      response.writeHead(status, { ...headers, 'content-length': String(reply.body.length + 1000) })
      response.write(reply.body, () => response.socket?.resetAndDestroy())
      break
    case 'drip':
      drip(response, reply)
      break
    case 'endless':
      response.writeHead(status, headers)
      pour(response)
      break
    case 'huge':
      deliver(response, { status, headers, body: reply.body.padEnd(mishap.bytes) })
      break
    case 'gzip':
      compressed(response, reply, reply.body)
      break
    case 'gzip-bomb':
      compressed(response, reply, reply.body.padEnd(mishap.bytes))
      break
    case 'not-http':
      response.socket?.end('220 mail.example ESMTP, said the wrong server\r\n')
      break
  }
}

function compressed (response: ServerResponse, { status, headers }: Reply, body: string): void {
  response.writeHead(status, { ...headers, 'content-encoding': 'gzip' })
  response.end(gzipSync(body))
}

function drip (response: ServerResponse, { status, headers, body }: Reply): void {
  let at = 0
  response.writeHead(status, headers)
  const timer = setInterval(() => response.write(body[at++ % body.length] ?? ' '), 20)
  response.on('close', () => clearInterval(timer))
}

function pour (response: ServerResponse): void {
  const chunk = Buffer.alloc(16 * 1024, ' ')
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
  }
  response.on('drain', more)
  more()
}

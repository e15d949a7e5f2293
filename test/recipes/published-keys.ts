// The gateway's key set as verifiers see it: what it says is changed at will, and every question is counted.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SigningKey } from '../../src/token/key-ring.ts'
import { buildJwks } from '../../src/token/published.ts'

export interface PublishedKeys {
  readonly url: string
  /** How often anybody has asked. */
  readonly questions: () => number
  publish (keys: readonly SigningKey[]): void
  /** From here on nobody gets an answer that helps, until keys are published again. */
  fail (): void
  close (): Promise<void>
}

export async function publishKeys (keys: readonly SigningKey[]): Promise<PublishedKeys> {
  let body: string | null = JSON.stringify(buildJwks(keys))
  let questions = 0
  const server = createServer((_request, response) => {
    questions += 1
    if (body === null) return response.writeHead(503).end()
    return response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'public, max-age=300' }).end(body)
  })
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  return {
    url: `http://127.0.0.1:${addressOf(server.address()).port}/.well-known/jwks.json`,
    questions: () => questions,
    publish (next) { body = JSON.stringify(buildJwks(next)) },
    fail () { body = null },
    async close () {
      server.closeAllConnections()
      await new Promise(resolve => { server.close(resolve) })
    }
  }
}

function addressOf (address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new TypeError('The server does not listen on a port.')
  return address
}

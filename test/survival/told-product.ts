// What was the product told of a visitor? It answers just that, and keeps nothing.
import { createServer } from 'node:http'

export interface ToldProduct {
  readonly port: number
  stop (): Promise<void>
}

export async function startToldProduct (): Promise<ToldProduct> {
  const server = createServer((request, response) => {
    const { authorization = '', 'x-auth-request-email': email = '' } = request.headers
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ email, token: authorization.replace(/^Bearer /, '') }))
  })
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  const address = server.address()
  return {
    port: typeof address === 'object' ? address?.port ?? 0 : 0,
    stop: async () => {
      server.closeAllConnections()
      await new Promise(resolve => { server.close(resolve) })
    }
  }
}

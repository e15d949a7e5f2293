// The other side of `proxied`: @fastify/http-proxy as it comes, passing everything on.
import httpProxy from '@fastify/http-proxy'
import Fastify from 'fastify'
import { answerParent } from './answer-parent.ts'
import { textIn } from './facts.ts'

const app = Fastify({ logger: false, keepAliveTimeout: 75_000 })

answerParent({
  async start (given) {
    await app.register(httpProxy, { upstream: textIn(given, ['upstream']).upstream })
    return { url: await app.listen({ host: '127.0.0.1', port: 0 }) }
  }
}, { statements: () => 0, close: async () => { await app.close() } })

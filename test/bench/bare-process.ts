import Fastify from 'fastify'
import { answerParent } from './answer-parent.ts'

let headers: Record<string, string> = {}
const app = Fastify({ logger: false, keepAliveTimeout: 75_000 })
app.get('/auth/check', (_request, reply) => reply.code(200).headers(headers).send())
const url = await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT'] ?? 0) })

if (process.send !== undefined) {
  answerParent({
    start (given) {
      if (typeof given === 'object' && given !== null) headers = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]))
      return { url }
    }
  }, { statements: () => 0, close: async () => { await app.close() } })
}

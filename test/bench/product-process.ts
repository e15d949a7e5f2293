// The app behind a proxy: one kilobyte, always the same.
import Fastify from 'fastify'
import { answerParent } from './answer-parent.ts'

const page = Buffer.alloc(1024, 'x')
const app = Fastify({ logger: false, keepAliveTimeout: 75_000 })
app.get('/orders', (_request, reply) => reply.type('text/plain').send(page))
const url = await app.listen({ host: '127.0.0.1', port: 0 })

answerParent({ start: () => ({ url }) }, { statements: () => 0, close: async () => { await app.close() } })

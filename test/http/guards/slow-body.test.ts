import { once } from 'node:events'
import { connect } from 'node:net'
import Fastify from 'fastify'
import t from 'tap'
import { bodyDeadline } from '../../../src/http/guards/slow-body.ts'

async function listen (t: { teardown (done: () => Promise<void>): unknown }, milliseconds: number): Promise<number> {
  const server = Fastify()
  const deadline = bodyDeadline(milliseconds)
  server.addHook('onRequest', deadline.guard)
  server.post('/', async request => request.body)
  server.post('/refused', { onRequest: async () => { throw new Error('no') } }, async () => '')
  server.post('/lifted', { onRequest: async ({ raw }) => { deadline.lift(raw) } }, async request => request.body)
  server.get('/', async () => 'read')
  t.teardown(async () => { await server.close() })
  return Number(new URL(await server.listen({ host: '127.0.0.1', port: 0 })).port)
}

void t.test('whoever does not send the body that they promised is hung up on', async t => {
  const port = await listen(t, 20)
  for (const [path, length] of [['/', 'Content-Length: 100'], ['/', 'Transfer-Encoding: chunked'], ['/refused', 'Content-Length: 100']] as const) {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.resume()
    socket.write(`POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n${length}\r\n\r\n`)
    await once(socket, 'close')
  }
  t.pass()
})

void t.test('a body that came in time may be answered as late as it likes, and a request without one is not timed', async t => {
  const port = await listen(t, 10_000)
  for (const [text, answer] of [
    ['POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}', /\{\}$/],
    ['GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', /read$/]
  ] as const) {
    const socket = connect(port, '127.0.0.1')
    socket.write(text)
    let came = ''
    for await (const chunk of socket) came += String(chunk)
    t.match(came, answer)
  }
})

void t.test('a body whose deadline was lifted is waited for', async t => {
  const port = await listen(t, 20)
  const [patient, impatient] = ['/lifted', '/'].map(path => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write(`POST ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n`)
    return socket
  })
  // Sent at the same time: when the one has been hung up on, the other's time would be over too.
  impatient?.resume()
  if (impatient !== undefined) await once(impatient, 'close')
  let came = ''
  patient?.write('{}')
  for await (const chunk of patient ?? []) came += String(chunk)
  t.match(came, /\{\}$/)
})

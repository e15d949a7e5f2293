import { createServer } from 'node:tls'
import t from 'tap'
import { Outage } from '../../../src/outage.ts'
import { createUpstreamAgent, toOutage } from '../../../src/http/upstream/upstream-agent.ts'

// Of `localhost`, signed by itself, and used nowhere else.
const pem = (kind: string, body: string) => `-----BEGIN ${kind}-----\n${body}\n-----END ${kind}-----\n`
const key = pem('PRIVATE KEY', 'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgBmzgjp1IB8Y3xTKcpyJyifwmOBadDGA8lTxCfgC+JMShRANCAAQ+SsucGgiqu04X7vXsqiXPdW6Wl4Pyb0EPoHaT4KvlZMhXV28LyjeZ03qEWQAbxeS/giGpNV7wsuTF9LPTv2kf')
const cert = pem('CERTIFICATE', 'MIIBlTCCATugAwIBAgIUSdY2lT5x2cojgReMw42Oyc5YQ7MwCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjAwNDkyOFoYDzIxMjYxMDI5MDA0OTI4WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQ+SsucGgiqu04X7vXsqiXPdW6Wl4Pyb0EPoHaT4KvlZMhXV28LyjeZ03qEWQAbxeS/giGpNV7wsuTF9LPTv2kfo2kwZzAdBgNVHQ4EFgQUdqwUTucrwmrW9FBPZ46rCGJw9XowHwYDVR0jBBgwFoAUdqwUTucrwmrW9FBPZ46rCGJw9XowDwYDVR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwIDSAAwRQIgCXeGK6vzzW0YURADbS10QROxWyM5WPv7OJYEstAZi0cCIQC7qEShXBKkyT/Rx24V5NMZG4QT6QYSmJqt71zzAEUGLg==')

void t.test('the certificate of an app\'s server is checked, for the name by which it is called, whatever the environment says', async t => {
  const { NODE_TLS_REJECT_UNAUTHORIZED: before } = process.env
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
  const called: string[] = []
  const server = createServer({ key, cert, SNICallback: (name, done) => { called.push(name); done(null) } })
  server.on('tlsClientError', () => {})
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  const agent = createUpstreamAgent()
  t.teardown(async () => {
    await agent.destroy()
    server.close()
    if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
    else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before
  })
  const address = server.address()
  const origin = `https://localhost:${typeof address === 'object' ? address?.port : 0}`
  const failure: unknown = await agent.request({ origin, path: '/', method: 'GET', headers: { host: 'desk.northwind.test' } }).catch((error: unknown) => error)
  t.match(failure, { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  t.strictSame(called, ['localhost'], 'not by the host of the address bar')
  t.equal(toOutage(failure).code, 'upstream-unreachable')
})

void t.test('too late is one thing and not there is another, and an outage that is known stays what it is', async t => {
  for (const [code, outage] of [['UND_ERR_HEADERS_TIMEOUT', 'upstream-timeout'], ['UND_ERR_CONNECT_TIMEOUT', 'upstream-timeout'], ['ECONNREFUSED', 'upstream-unreachable'], ['UND_ERR_SOCKET', 'upstream-unreachable']] as const) {
    t.equal(toOutage(Object.assign(new Error('x'), { code })).code, outage, code)
  }
  t.equal(toOutage('x').code, 'upstream-unreachable')
  const known = new Outage('upstream-unreachable', { retryAfterSeconds: 1 })
  t.equal(toOutage(known), known)
})

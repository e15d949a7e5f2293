import t from 'tap'
import fc from 'fast-check'
import { normalizeHost, parseHost, schemeOf } from '../../src/tenant/app.ts'
import { ascii } from './ascii.ts'

const hosts: ReadonlyArray<readonly [written: string, host: string]> = [
  ['app.northwind.test', 'app.northwind.test'],
  ['APP.Northwind.TEST', 'app.northwind.test'],
  ['app.northwind.test.', 'app.northwind.test'],
  ['app.northwind.test:443', 'app.northwind.test'],
  ['app.northwind.test.:443', 'app.northwind.test'],
  ['app.northwind.test:0443', 'app.northwind.test'],
  ['app.northwind.test:8443', 'app.northwind.test:8443'],
  ['App.Northwind.test.:8443', 'app.northwind.test:8443'],
  ['app.northwind.test:8080', 'app.northwind.test:8080'],
  ['app.northwind.test:4430', 'app.northwind.test:4430'],
  ['localhost', 'localhost'],
  ['localhost:3000', 'localhost:3000'],
  ['app_1.northwind.test', 'app_1.northwind.test'],
  ['bücher.test', 'xn--bcher-kva.test'],
  ['BÜCHER.test:8443', 'xn--bcher-kva.test:8443'],
  ['भारत.test', 'xn--h2brj9c.test'],
  ['xn--bcher-kva.test', 'xn--bcher-kva.test'],
  ['127.0.0.1', '127.0.0.1'],
  ['127.0.0.1:4000', '127.0.0.1:4000'],
  ['[::1]', '[::1]'],
  ['[::1]:443', '[::1]'],
  ['[::1]:4000', '[::1]:4000'],
  ['[2001:DB8:0::1]', '[2001:db8::1]'],
  ['[fe80::80]', '[fe80::80]']
]

void t.test('hosts are compared in lower case, in ASCII, without a trailing dot and the default port', async t => {
  for (const [written, host] of hosts) t.equal(normalizeHost(written), host, ascii(written))
})

const noHosts = ['', ' ', '.', '..', 'app.northwind.test..', '.northwind.test', 'app..northwind.test', 'app.northwind.test ', 'app northwind.test', 'app.northwind.test/', 'app.northwind.test/x', 'https://app.northwind.test', 'ada@app.northwind.test', 'app.northwind.test?x', 'app.northwind.test#x', 'app.northwind.test\\x', 'app.northwind.test%2e', 'app.northwind.test,evil.example',
  'app.northwind.test:', 'app.northwind.test:80', 'app.northwind.test:080', 'app.northwind.test:00080', '[::1]:80', 'app.northwind.test:99999', 'app.northwind.test:-1', 'app.northwind.test:1e3', 'app.northwind.test:443:443', ':443', ':', '::1', '[::1', '::1]', '[::1].', '[::1%25eth0]', '[v1.a]', '[]', '[127.0.0.1]', '*.northwind.test', '*',
  '1', '127.1', '2130706433', '0x7f.1', '0x7f000001', '0177.0.0.1', '127.0.0.1.2', '1.2.3.4.5', '999.1.1.1', 'app.northwind.test\u0000', 'app.northwind.test\r\nX: y', 'app\u00ad.northwind.test', 'app\u200b.northwind.test', 'app。northwind.test', '\ud800.test', 'a'.repeat(256), `${'a.'.repeat(127)}test`.padEnd(300, 'a')]

void t.test('what is no host as in the address bar is none', async t => {
  for (const written of noHosts) {
    t.equal(normalizeHost(written), null, ascii(written))
    t.throws(() => parseHost(written, { plainLocalhost: true }), { name: 'TenantRefusal', code: 'host-malformed' }, ascii(written))
  }
})

void t.test('an app’s host is stored as it is compared', async t => {
  for (const [written, host] of hosts) {
    t.equal(parseHost(written, { plainLocalhost: false }), host)
    t.equal(parseHost(written, { plainLocalhost: true }), host)
  }
})

void t.test('a homograph is another host', async t => {
  t.not(normalizeHost('аpp.northwind.test'), 'app.northwind.test')
  t.match(normalizeHost('аpp.northwind.test'), /^xn--/)
})

void t.test('hosts are https but for localhost names while the gateway itself is http on localhost', async t => {
  for (const host of ['localhost', 'localhost:3000', 'desk.localhost:3000', '127.0.0.1', '127.0.0.1:1', '[::1]', '[::1]:3000']) {
    t.equal(schemeOf(host, { plainLocalhost: true }), 'http', host)
    t.equal(schemeOf(host, { plainLocalhost: false }), 'https', host)
  }
  for (const host of ['app.northwind.test', 'localhost.evil.example', 'notlocalhost', '127.0.0.2', '10.0.0.1', '[::2]', 'localhost.evil.example:3000']) {
    t.equal(schemeOf(host, { plainLocalhost: true }), 'https', host)
  }
})

void t.test('whatever is accepted stays what it is, is ASCII, and is the host that the platform sees', async t => {
  const part = fc.constantFrom('app', '.', 'northwind', 'test', ':', '443', '80', '8443', '[', ']', '::1', '-', '_', 'ü', 'A', '1', '0x7f', '。', 'ª', '²', 'ﬀ', '⒈', '\u0301', ' ', '@', '/')
  let count = 0
  fc.assert(fc.property(fc.oneof(fc.array(part, { maxLength: 8 }).map(parts => parts.join('')), fc.string({ unit: 'binary', maxLength: 12 }), fc.domain()), written => {
    const host = normalizeHost(written)
    if (host === null) return true
    count++
    return normalizeHost(host) === host && /^[\x21-\x7e]+$/.test(host) && new URL(`https://${host}/`).host === host && !/[/@?#\\%]/.test(host)
  }), { seed: 7, numRuns: 5_000 })
  t.ok(count > 300, `${count} accepted`)
})

void t.test('a host that needs no change is the same host in capitals, which take the long way', async () => {
  const label = fc.stringMatching(/^[a-z0-9_-]{1,8}$/)
  const port = fc.oneof(fc.constant(''), fc.integer({ min: 0, max: 99_999 }).map(number => `:${number}`))
  fc.assert(fc.property(fc.array(label, { minLength: 1, maxLength: 4 }), port, (labels, port) => {
    const host = labels.join('.') + port
    return normalizeHost(host) === normalizeHost(host.toUpperCase())
  }), { seed: 7, numRuns: 3_000 })
})

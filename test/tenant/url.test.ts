import t from 'tap'
import fc from 'fast-check'
import { isLocalhost, parseWebUrl } from '../../src/tenant/url.ts'
import { ascii } from './ascii.ts'

const production = { plainLocalhost: false }
const development = { plainLocalhost: true }

void t.test('a URL is kept as the platform writes it', async t => {
  for (const [written, url] of [
    ['https://app.northwind.test', 'https://app.northwind.test/'],
    ['HTTPS://App.Northwind.TEST:443/Start', 'https://app.northwind.test/Start'],
    ['https://app.northwind.test:8443/a/../b?c#d', 'https://app.northwind.test:8443/b?c#d'],
    ['https://bücher.test/ü', 'https://xn--bcher-kva.test/%C3%BC'],
    ['https://10.0.0.1/', 'https://10.0.0.1/'],
    ['https://[::1]/', 'https://[::1]/'],
    ['https://app.northwind.test/@ada', 'https://app.northwind.test/@ada'],
    ['https://app.northwind.test?mail=ada@acme.test', 'https://app.northwind.test/?mail=ada@acme.test']
  ] as const) {
    t.equal(parseWebUrl(written, production), url, ascii(written))
    t.equal(parseWebUrl(written, development), url, ascii(written))
  }
})

void t.test('plain http is for localhost names, and only where the gateway is http on localhost', async t => {
  for (const url of ['http://localhost/', 'http://localhost:3000/x', 'http://desk.localhost:3000/', 'http://127.0.0.1:3000/', 'http://[::1]:3000/', 'http://[::1]/']) {
    t.equal(parseWebUrl(url, development), url)
    t.throws(() => parseWebUrl(url, production), { name: 'TenantRefusal', code: 'url-malformed' }, url)
  }
  for (const url of ['http://app.northwind.test/', 'http://localhost.evil.example/', 'http://notlocalhost/', 'http://10.0.0.1/', 'http://127.0.0.2/', 'http://0.0.0.0/', 'http://localhost@evil.example/', 'http://localhost./']) {
    t.throws(() => parseWebUrl(url, development), { code: 'url-malformed' }, url)
  }
})

void t.test('what is no whole https URL is refused', async t => {
  for (const text of ['', ' ', '/', '/start', '//app.northwind.test/', 'app.northwind.test', 'https:', 'https://', 'https:app.northwind.test', 'https:/app.northwind.test', 'https:///app.northwind.test', 'https://:443/', 'https://?', 'https://#',
    'javascript:alert(1)', 'javascript://app.northwind.test/%0aalert(1)', 'data:text/html,x', 'file:///etc/passwd', 'ftp://app.northwind.test/', 'wss://app.northwind.test/', 'blob:https://app.northwind.test/', 'httpss://app.northwind.test/',
    'https://ada@app.northwind.test/', 'https://ada:secret@app.northwind.test/', 'https://@app.northwind.test/', 'https://:@app.northwind.test/', 'https://app.northwind.test\\@evil.example/',
    ' https://app.northwind.test/', 'https://app.northwind.test/ ', 'https://app.northwind.test/a b', 'https://app.northwind.test/\n', 'https://app.northwind.test/\t', 'https://app.northwind.test/\u0000', 'https://app.northwind.test/\u0085', 'https://app.northwind.test/\u2028', 'https://app.northwind.test\\', 'ht\ntps://app.northwind.test/',
    'https://app.northwind.test:99999/', 'https://app.northwind.test:x/', 'https://[::1/', 'https://a b.test/', 'https://%/']) {
    t.throws(() => parseWebUrl(text, development), { name: 'TenantRefusal', code: 'url-malformed' }, ascii(text))
  }
})

void t.test('a URL has at most 2,048 characters, as written and as the platform writes it', async t => {
  const start = 'https://app.northwind.test/'
  const longest = start.padEnd(2048, 'a')
  t.equal(parseWebUrl(longest, production), longest)
  for (const text of [`${longest}a`, start.padEnd(1000, 'ü'), start.padEnd(10_000_000, 'a')]) {
    t.throws(() => parseWebUrl(text, production), { name: 'TenantRefusal', code: 'url-malformed', message: 'url-malformed: A URL has at most 2048 characters.' })
  }
})

void t.test('a refusal tells what is wrong and repeats nothing of a password', async t => {
  const error = t.throws(() => parseWebUrl('https://ada:secret@app.northwind.test/', production), { code: 'url-malformed', message: 'url-malformed: A URL holds no user name or password.' })
  t.notMatch(String(error), 'secret')
})

void t.test('localhost is known by its names, with or without a port', async t => {
  for (const host of ['localhost', 'localhost:3000', 'a.localhost', 'a.b.localhost:80', '127.0.0.1', '127.0.0.1:3000', '[::1]', '[::1]:3000']) t.ok(isLocalhost(host), host)
  for (const host of ['', 'localhost.', 'localhost.test', 'xlocalhost', '.localhost.evil.example', '127.0.0.1.evil.example', '127.0.0.10', '[::11]', '::1', 'localhost:x', 'localhost:3000:1']) t.notOk(isLocalhost(host), host)
})

void t.test('whatever is accepted reads the same again and begins with its scheme', async t => {
  fc.assert(fc.property(fc.oneof(fc.webUrl({ withFragments: true, withQueryParameters: true }), fc.string({ unit: 'binary', maxLength: 30 }).map(rest => `https://app.northwind.test${rest}`)), text => {
    let url: string
    try {
      url = parseWebUrl(text, production)
    } catch (error) {
      return error instanceof Error && error.name === 'TenantRefusal'
    }
    return parseWebUrl(url, production) === url && url.startsWith('https://') && !/[^\x21-\x7e]/.test(url)
  }), { seed: 7, numRuns: 3_000 })
  t.pass()
})

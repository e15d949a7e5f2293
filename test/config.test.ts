// Does the gateway understand its environment, and tell all that is wrong with it at once, without repeating a secret?
import { inspect } from 'node:util'
import t from 'tap'
import { type Config, ConfigError, type Environment, isPlainLocalhost, parseConfig } from '../src/config.ts'
import { parseDatabaseConfig, parseSealingConfig, parseSweepConfig } from '../src/door-config.ts'

const canaries = ['canary-password-1', 'canary-cookie-secret-0123456789-abcdef', 'canary-operator-token-0123456789-abcdef', Buffer.alloc(32, 'canary-key').toString('base64'), 'canary-listen-2']
const [password = '', cookieSecret = '', operatorToken = '', key = '', listenPassword = ''] = canaries

const complete: Environment = {
  PUBLIC_URL: 'https://login.northwind.test',
  DATABASE_URL: `postgres://gatehouse:${password}@db.northwind.test/gatehouse`,
  ENCRYPTION_KEYS: `one:${key}`,
  COOKIE_SECRETS: cookieSecret
}
const local = { ...complete, PUBLIC_URL: 'http://localhost:4000' }

const noFiles = (path: string): Uint8Array => { throw new Error(`no file ${path}`) }
const files = (contents: Readonly<Record<string, string | Uint8Array>>) => (path: string): Uint8Array => {
  const content = contents[path]
  if (content === undefined) throw new Error(`ENOENT ${path}`)
  return typeof content === 'string' ? Buffer.from(content) : content
}

function faultsOf (environment: Environment, readFile = noFiles): readonly string[] {
  try {
    parseConfig(environment, readFile)
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    for (const fault of error.faults) if (!error.message.includes(fault)) throw new Error('a fault is not in the message')
    return error.faults
  }
}

void t.test('With the four that are needed, everything else has the default of the contract', async t => {
  const config = parseConfig(complete, noFiles)
  t.match(config, {
    publicUrl: 'https://login.northwind.test',
    operatorToken: null,
    host: '0.0.0.0',
    port: 4000,
    managementPort: 4001,
    trustedProxies: { length: 0 },
    sessionIdleSeconds: 3600,
    sessionLifetimeSeconds: 43_200,
    tokenLifetimeSeconds: 300,
    keyRotationSeconds: 2_592_000,
    keyPublishSeconds: 3600,
    loginRateLimit: 120,
    apiRateLimit: 600,
    brand: { name: 'Gatehouse', accent: '#3b5bdb', logo: null, supportEmail: null },
    logLevel: 'info',
    shutdownDelaySeconds: 5,
    developmentIssuers: { length: 0 }
  })
  t.equal(config.databaseListenUrl.reveal(), config.databaseUrl.reveal(), 'LISTEN goes where everything goes')
  t.ok(Object.isFrozen(config))
})

void t.test('Every variable is read into its own setting', async t => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"/>'
  const config = parseConfig({
    ...complete,
    DATABASE_LISTEN_URL: `postgresql://gatehouse:${listenPassword}@direct.northwind.test/gatehouse`,
    ENCRYPTION_KEYS: ` two:${key} , one:${Buffer.alloc(32, 1).toString('base64')} `,
    COOKIE_SECRETS: `${cookieSecret}, ${'b'.repeat(32)}`,
    OPERATOR_TOKEN: operatorToken,
    HOST: '127.0.0.1',
    PORT: '0',
    MANAGEMENT_PORT: '65535',
    TRUSTED_PROXIES: '10.0.0.0/8, 192.0.2.7 ,2001:db8::/32',
    SESSION_IDLE_SECONDS: '15',
    SESSION_LIFETIME_SECONDS: '15',
    TOKEN_LIFETIME_SECONDS: '3600',
    KEY_ROTATION_SECONDS: '600',
    KEY_PUBLISH_SECONDS: '600',
    LOGIN_RATE_LIMIT: '0',
    API_RATE_LIMIT: '1',
    BRAND_NAME: 'Northwind',
    BRAND_ACCENT: '#C2255C',
    BRAND_LOGO_FILE: '/brand/logo.svg',
    SUPPORT_EMAIL: 'help@northwind.test',
    LOG_LEVEL: 'debug',
    SHUTDOWN_DELAY_SECONDS: '0'
  }, files({ '/brand/logo.svg': svg }))
  t.match(config, {
    host: '127.0.0.1',
    port: 0,
    managementPort: 65_535,
    trustedProxies: ['10.0.0.0/8', '192.0.2.7', '2001:db8::/32'],
    sessionIdleSeconds: 15,
    sessionLifetimeSeconds: 15,
    tokenLifetimeSeconds: 3600,
    keyRotationSeconds: 600,
    keyPublishSeconds: 600,
    loginRateLimit: 0,
    apiRateLimit: 1,
    brand: { name: 'Northwind', accent: '#c2255c', supportEmail: 'help@northwind.test', logo: { contentType: 'image/svg+xml' } },
    logLevel: 'debug',
    shutdownDelaySeconds: 0
  })
  t.equal(config.operatorToken?.reveal(), operatorToken)
  t.match(config.databaseListenUrl.reveal(), /direct\.northwind\.test/)
  t.strictSame(config.encryptionKeys.map(({ id }) => id), ['two', 'one'], 'the first seals, all open')
  t.strictSame(config.cookieSecrets.map(secret => secret.reveal()), [cookieSecret, 'b'.repeat(32)])
})

void t.test('A variable that is empty counts as not set', async t => {
  const config = parseConfig({ ...complete, OPERATOR_TOKEN: '', PORT: '', HOST: '', BRAND_NAME: '', BRAND_LOGO_FILE: '', COOKIE_SECRETS_FILE: '' }, noFiles)
  t.match(config, { operatorToken: null, port: 4000, host: '0.0.0.0', brand: { name: 'Gatehouse', logo: null } })
  t.match(faultsOf({ ...complete, PUBLIC_URL: '' }), ['PUBLIC_URL is missing'])
})

void t.test('What cannot be used is refused, and the fault says the name and what was expected', async t => {
  const integers = { PORT: ['65536', '-1', '4000.5', '4e3', '0x10', ' 1', 'http'], MANAGEMENT_PORT: ['65536'], SESSION_IDLE_SECONDS: ['14', '0'], SESSION_LIFETIME_SECONDS: ['14'], TOKEN_LIFETIME_SECONDS: ['59', '3601'], KEY_ROTATION_SECONDS: ['3599'], KEY_PUBLISH_SECONDS: ['599'], LOGIN_RATE_LIMIT: ['-1', 'none'], API_RATE_LIMIT: ['-1'], SHUTDOWN_DELAY_SECONDS: ['601'] }
  const texts = {
    PUBLIC_URL: ['login.northwind.test', 'http://login.northwind.test', 'https://login.northwind.test/auth', 'https://u:p@login.northwind.test', 'https://login.northwind.test?x=1', 'https://login.northwind.test#x', 'ftp://login.northwind.test', 'gatehouse://login', 'mailto:x', 'null', 'http://localhost.evil.test', 'http://[::2]:4000', 'https://'],
    DATABASE_URL: ['mysql://x@y/z', 'gatehouse', 'host=db user=x'],
    DATABASE_LISTEN_URL: ['db.northwind.test'],
    ENCRYPTION_KEYS: [key, `one:${key.slice(4)}`, `one:${key}AAAA`, `one:${key},one:${key}`, `one_two:${key}`, `:${key}`, 'one:', ',', `${'a'.repeat(33)}:${key}`],
    COOKIE_SECRETS: ['a'.repeat(31), `${cookieSecret},short`, ','],
    OPERATOR_TOKEN: ['a'.repeat(31)],
    TRUSTED_PROXIES: ['10.0.0.0/33', 'proxy.northwind.test', '10.0.0.0/8,everyone', '2001:db8::/129', '1.2.3.4/', '10.0.0.0/-1', 'loopback'],
    BRAND_NAME: ['n'.repeat(61)],
    BRAND_ACCENT: ['red', '#fff', '#12345g', '#3b5bdb;}'],
    SUPPORT_EMAIL: ['help', 'help me@northwind.test', 'a@b@c'],
    LOG_LEVEL: ['loud', 'INFO'],
    SMTP_URL: ['mail.northwind.test', 'https://mail.northwind.test', 'smtp:', 'smtp://'],
    MAIL_FROM: ['Northwind', 'login@northwind.test, eve@evil.test', 'Northwind <login>', 'Northwind <a@b> <c@d>', 'A <a@b>\r\nBcc: c@d', '"A" <a@b>', '<a@b>', `${'n'.repeat(61)} <a@b>`],
    DEVELOPMENT_ISSUERS: ['127.0.0.1:4010', 'http://127.0.0.1:4010/path', 'ftp://127.0.0.1', 'http://u:p@127.0.0.1:4010', 'http://127.0.0.1:4010?x', 'http://127.0.0.1:4010,nonsense']
  }
  for (const [name, values] of Object.entries({ ...integers, ...texts })) {
    for (const value of values) {
      const faults = faultsOf({ ...local, [name]: value })
      t.ok(faults.some(fault => fault.startsWith(`${name} must be `)), `${name} ${values.indexOf(value)}`)
      t.ok(faults.every(fault => fault.length < 250 && (value.length < 10 || !fault.includes(value))), 'the value is not repeated')
    }
  }
})

void t.test('Keys rotate more slowly than they are published, whatever the two are', async t => {
  t.match(faultsOf({ ...complete, KEY_PUBLISH_SECONDS: '7200', KEY_ROTATION_SECONDS: '7199' }), [/^KEY_ROTATION_SECONDS must be a whole number from 7200/])
  t.strictSame(faultsOf({ ...complete, KEY_PUBLISH_SECONDS: '7200', KEY_ROTATION_SECONDS: '7200' }), [])
})

void t.test('All faults are told at once, and none of them holds a secret', async t => {
  const broken = { ...complete, PUBLIC_URL: 'x', DATABASE_URL: `mysql://gatehouse:${password}@db`, ENCRYPTION_KEYS: `one:${key}!`, COOKIE_SECRETS: `${cookieSecret},x`, OPERATOR_TOKEN: 'short-canary', PORT: 'http', LOG_LEVEL: 'loud', BRAND_LOGO_FILE: '/none', DEVELOPMENT_ISSUERS: 'http://127.0.0.1:4010', SUPPORT_EMAIL_FILE: '/none' }
  const faults = faultsOf({ ...broken, ENCRYPTION_KEYS: `one:${key}AAAA` })
  const names = ['PUBLIC_URL', 'DATABASE_URL', 'ENCRYPTION_KEYS', 'COOKIE_SECRETS', 'OPERATOR_TOKEN', 'PORT', 'LOG_LEVEL', 'BRAND_LOGO_FILE', 'DEVELOPMENT_ISSUERS', 'SUPPORT_EMAIL_FILE']
  t.strictSame(names.filter(name => !faults.some(fault => fault.startsWith(name))), [])
  t.equal(faults.length, names.length)
  for (const canary of [...canaries, 'short-canary']) t.notOk(faults.join('\n').includes(canary))
  t.equal(faultsOf({}).length, 4, 'an empty environment lacks the four that are needed, and nothing else')
})

void t.test('Each variable may come from a file, without the line break at its end', async t => {
  const environment = { PUBLIC_URL_FILE: '/s/url', DATABASE_URL_FILE: '/s/db', ENCRYPTION_KEYS_FILE: '/s/keys', COOKIE_SECRETS_FILE: '/s/cookies', OPERATOR_TOKEN_FILE: '/s/token', PORT_FILE: '/s/port' }
  const config = parseConfig(environment, files({ '/s/url': `${complete.PUBLIC_URL}\n`, '/s/db': `${complete.DATABASE_URL}\n`, '/s/keys': `${complete.ENCRYPTION_KEYS}\r\n`, '/s/cookies': cookieSecret, '/s/token': `${operatorToken}\n`, '/s/port': '4444\n' }))
  t.equal(config.publicUrl, complete.PUBLIC_URL)
  t.equal(config.port, 4444)
  t.equal(config.operatorToken?.reveal(), operatorToken)
})

void t.test('A variable and its file together are refused, and so is a file that cannot be read', async t => {
  t.strictSame(faultsOf({ ...complete, COOKIE_SECRETS_FILE: '/s/cookies' }, files({ '/s/cookies': cookieSecret })), ['COOKIE_SECRETS and COOKIE_SECRETS_FILE are both set; keep one of them.'])
  const { DATABASE_URL: _, ...rest } = complete
  t.strictSame(faultsOf({ ...rest, DATABASE_URL_FILE: '/s/missing' }), ['DATABASE_URL_FILE names a file that cannot be read. Is it mounted there, and may this user read it?'], 'told once')
  t.strictSame(faultsOf({ ...rest, DATABASE_URL_FILE: '/s/empty' }, files({ '/s/empty': '\n' })).length, 1, 'an empty file holds nothing')
})

void t.test('No way of printing a Config shows a secret', async t => {
  const config: Config = parseConfig({ ...complete, DATABASE_LISTEN_URL: `postgres://x:${listenPassword}@y/z`, OPERATOR_TOKEN: operatorToken })
  const printed = [JSON.stringify(config), inspect(config, { depth: 20, showHidden: true, getters: true }), String(config.databaseUrl), `${config.cookieSecrets.join()}`, inspect(config.encryptionKeys, { customInspect: false, depth: 20, showHidden: true })]
  for (const text of printed) for (const canary of canaries) t.notOk(text.includes(canary), 'no canary')
  t.match(printed[0], /\[secret\]/)
})

void t.test('PUBLIC_URL is an origin, https, or http on this machine', async t => {
  const accepted: Readonly<Record<string, string>> = {
    'https://login.northwind.test': 'https://login.northwind.test',
    'https://login.northwind.test/': 'https://login.northwind.test',
    'HTTPS://Login.Northwind.Test:443': 'https://login.northwind.test',
    'https://login.northwind.test:8443': 'https://login.northwind.test:8443',
    'https://localhost:4000': 'https://localhost:4000',
    'http://localhost:4000': 'http://localhost:4000',
    'http://login.localhost:4000/': 'http://login.localhost:4000',
    'http://127.0.0.1:4000': 'http://127.0.0.1:4000',
    'http://[::1]:4000': 'http://[::1]:4000'
  }
  for (const [written, read] of Object.entries(accepted)) t.equal(parseConfig({ ...complete, PUBLIC_URL: written }).publicUrl, read)
  t.equal(isPlainLocalhost('https://localhost:4000'), false, 'https on localhost is no plain way')
  t.equal(isPlainLocalhost('http://localhost:4000'), true)
})

void t.test('DEVELOPMENT_ISSUERS are for plain http on this machine alone', async t => {
  t.strictSame(parseConfig({ ...local, DEVELOPMENT_ISSUERS: 'http://127.0.0.1:4010, http://localhost:4020/' }).developmentIssuers, ['http://127.0.0.1:4010', 'http://localhost:4020'])
  for (const url of ['https://login.northwind.test', 'https://localhost:4000']) {
    t.strictSame(faultsOf({ ...complete, PUBLIC_URL: url, DEVELOPMENT_ISSUERS: 'http://127.0.0.1:4010' }), ['DEVELOPMENT_ISSUERS may be set only where PUBLIC_URL is http on localhost.'])
  }
})

void t.test('Mail is sent where a server and a sender are set, and never with one of the two', async t => {
  t.equal(parseConfig(complete, noFiles).mail, null)
  const smtp = `smtps://gatehouse:${password}@mail.northwind.test:465`
  for (const from of ['login@northwind.test', 'Northwind <login@northwind.test>', 'Größe & Söhne <login@northwind.test>']) {
    const { mail } = parseConfig({ ...complete, SMTP_URL: smtp, MAIL_FROM: from })
    t.equal(mail?.from, from)
    t.equal(mail?.smtpUrl.reveal(), smtp)
    t.notMatch(JSON.stringify(mail), password)
  }
  const together = ['SMTP_URL and MAIL_FROM are set together or not at all.']
  t.strictSame(faultsOf({ ...complete, SMTP_URL: smtp }), together)
  t.strictSame(faultsOf({ ...complete, MAIL_FROM: 'login@northwind.test' }), together)
  t.strictSame(faultsOf({ ...complete, MAIL_FROM: 'login@northwind.test', SMTP_URL_FILE: '/s/smtp' }, files({ '/s/smtp': `${smtp}\n` })), [])
})

void t.test('A logo is an SVG or a PNG of at most 256 KB', async t => {
  const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a])
  const logo = (body: string | Uint8Array) => parseConfig({ ...complete, BRAND_LOGO_FILE: '/logo' }, files({ '/logo': body })).brand.logo
  t.equal(logo(png)?.contentType, 'image/png')
  t.equal(logo('<?xml version="1.0"?>\n<svg/>')?.contentType, 'image/svg+xml')
  for (const body of ['<html></html>', 'GIF89a', '', new Uint8Array(256 * 1024 + 1), `${' '.repeat(600)}<svg/>`]) {
    t.match(faultsOf({ ...complete, BRAND_LOGO_FILE: '/logo' }, files({ '/logo': body })), [/^BRAND_LOGO_FILE must be/])
  }
})

void t.test('The doors that need the database alone ask for nothing else', async t => {
  t.equal(parseDatabaseConfig({ DATABASE_URL: complete.DATABASE_URL }).databaseUrl.reveal(), complete.DATABASE_URL)
  for (const environment of [{}, { DATABASE_URL: 'x' }, { DATABASE_URL: '' }]) t.throws(() => parseDatabaseConfig(environment), { name: 'ConfigError', message: /DATABASE_URL/ })
  t.strictSame(parseSweepConfig({ DATABASE_URL: complete.DATABASE_URL, EVENT_RETENTION_SECONDS: '86400' }), { databaseUrl: parseDatabaseConfig(complete).databaseUrl, attemptRetentionSeconds: 7_776_000, eventRetentionSeconds: 86_400 })
  t.throws(() => parseSweepConfig({ EVENT_RETENTION_SECONDS: '86399', ATTEMPT_RETENTION_SECONDS: 'a year' }), { name: 'ConfigError', faults: [/^DATABASE_URL is missing/, /^ATTEMPT_RETENTION_SECONDS must be a whole number from 86400/, /^EVENT_RETENTION_SECONDS must be a whole number from 86400/] })
  t.throws(() => parseSealingConfig({}), { name: 'ConfigError', faults: [/^DATABASE_URL is missing/, /^ENCRYPTION_KEYS is missing/] })
})

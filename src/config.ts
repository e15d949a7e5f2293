// What did the operator set? The environment becomes one frozen Config, or one error that names every fault.
import { readFileSync } from 'node:fs'
import ipaddr from 'ipaddr.js'
import { type SealingKey, Secret } from './secret.ts'
import { readRetention, readRotation } from './lifetimes.ts'

export interface Config {
  /** Origin of the login host; the `iss` of access tokens. */
  readonly publicUrl: string
  readonly databaseUrl: Secret
  readonly databaseListenUrl: Secret
  readonly encryptionKeys: readonly [SealingKey, ...SealingKey[]]
  readonly cookieSecrets: readonly [Secret, ...Secret[]]
  readonly operatorToken: Secret | null
  readonly host: string
  readonly port: number
  readonly managementPort: number
  readonly trustedProxies: readonly string[]
  readonly sessionIdleSeconds: number
  readonly sessionLifetimeSeconds: number
  readonly tokenLifetimeSeconds: number
  readonly keyRotationSeconds: number
  readonly keyPublishSeconds: number
  /** How long the stories of logins are kept. */
  readonly attemptRetentionSeconds: number
  readonly eventRetentionSeconds: number
  readonly loginRateLimit: number
  readonly apiRateLimit: number
  readonly brand: BrandConfig
  readonly logLevel: string
  readonly shutdownDelaySeconds: number
  readonly developmentIssuers: readonly string[]
  /** The collector of traces, and our name there; nothing is traced where none is named. */
  readonly otelExporterOtlpEndpoint: string | null
  readonly otelServiceName: string
  /** Null where nothing is mailed, and links are handed out in another way. */
  readonly mail: { readonly smtpUrl: Secret, readonly from: string } | null
}

export interface BrandConfig {
  readonly name: string
  /** `#rrggbb` */
  readonly accent: string
  readonly logo: { readonly contentType: 'image/svg+xml' | 'image/png', readonly body: Uint8Array } | null
  readonly supportEmail: string | null
}

/** Everything that is wrong with the environment, each fault with the variable's name and what was expected. */
export class ConfigError extends Error {
  readonly faults: readonly string[]

  constructor (faults: readonly string[]) {
    super(`The environment is not complete:\n${faults.map(fault => `  ${fault}`).join('\n')}`)
    this.name = 'ConfigError'
    this.faults = faults
  }
}

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * @param readFile reads the files that `NAME_FILE` and `BRAND_LOGO_FILE` name.
 * @throws ConfigError with every fault at once; it holds no value of a secret.
 */
export function parseConfig (environment: Environment, readFile: (path: string) => Uint8Array = readFileSync): Config {
  const faults: string[] = []
  const read = reader(environment, readFile, faults)

  const publicUrl = read.text('PUBLIC_URL', 'the origin of the login host, as in https://login.example.com', parseOrigin)
  const plainLocalhost = publicUrl !== undefined && isPlainLocalhost(publicUrl)
  const databaseUrl = read.text('DATABASE_URL', 'a PostgreSQL URL, as in postgres://user@host/gatehouse', parseDatabaseUrl)
  const encryptionKeys = read.text('ENCRYPTION_KEYS', '`id:base64` pairs of 32 bytes each, separated by commas; make one with: openssl rand -base64 32', parseEncryptionKeys)
  const cookieSecrets = read.text('COOKIE_SECRETS', 'secrets of 32 or more characters, separated by commas', parseCookieSecrets)
  const developmentIssuers = read.optional('DEVELOPMENT_ISSUERS', 'origins, separated by commas', parseOrigins) ?? []
  if (developmentIssuers.length > 0 && !plainLocalhost) faults.push('DEVELOPMENT_ISSUERS may be set only where PUBLIC_URL is http on localhost.')

  const sessionLifetimeSeconds = read.integer('SESSION_LIFETIME_SECONDS', 43_200, 15)
  const smtpUrl = read.optional('SMTP_URL', 'an address of a mail server, as in smtps://user:password@mail.example.com', parseSmtpUrl)
  const mailFrom = read.optional('MAIL_FROM', 'a sender, as in Example <login@example.com>', parseSender)
  if (read.isSet('SMTP_URL') !== read.isSet('MAIL_FROM')) faults.push('SMTP_URL and MAIL_FROM are set together or not at all.')
  const config = {
    publicUrl,
    databaseUrl,
    databaseListenUrl: read.optional('DATABASE_LISTEN_URL', 'a PostgreSQL URL', parseDatabaseUrl) ?? databaseUrl,
    encryptionKeys,
    cookieSecrets,
    operatorToken: read.optional('OPERATOR_TOKEN', '32 or more characters', text => text.length >= 32 ? new Secret(text) : undefined) ?? null,
    host: read.optional('HOST', 'an address to listen on', text => text) ?? '0.0.0.0',
    port: read.integer('PORT', 4000, 0, 65_535),
    managementPort: read.integer('MANAGEMENT_PORT', 4001, 0, 65_535),
    trustedProxies: read.optional('TRUSTED_PROXIES', 'addresses or CIDR ranges, separated by commas, as in 10.0.0.0/8', parseRanges) ?? [],
    sessionIdleSeconds: read.integer('SESSION_IDLE_SECONDS', 3_600, 15),
    sessionLifetimeSeconds,
    tokenLifetimeSeconds: read.integer('TOKEN_LIFETIME_SECONDS', 300, 60, 3_600),
    ...readRotation(read),
    ...readRetention(read),
    loginRateLimit: read.integer('LOGIN_RATE_LIMIT', 120, 0),
    apiRateLimit: read.integer('API_RATE_LIMIT', 600, 0),
    brand: {
      name: read.optional('BRAND_NAME', '1 to 60 characters', text => text.length <= 60 ? text : undefined) ?? 'Gatehouse',
      accent: read.optional('BRAND_ACCENT', 'a colour as in #3b5bdb', text => /^#[0-9a-f]{6}$/i.test(text) ? text.toLowerCase() : undefined) ?? '#3b5bdb',
      logo: read.optional('BRAND_LOGO_FILE', 'the path of a readable SVG or PNG file of at most 256 KB', path => readLogo(path, readFile)) ?? null,
      supportEmail: read.optional('SUPPORT_EMAIL', 'an email address', text => /^[^@\s]+@[^@\s]+$/.test(text) ? text : undefined) ?? null
    },
    logLevel: read.optional('LOG_LEVEL', 'fatal, error, warn, info, debug, trace or silent', text => /^(fatal|error|warn|info|debug|trace|silent)$/.test(text) ? text : undefined) ?? 'info',
    shutdownDelaySeconds: read.integer('SHUTDOWN_DELAY_SECONDS', 5, 0, 600),
    developmentIssuers,
    otelExporterOtlpEndpoint: read.optional('OTEL_EXPORTER_OTLP_ENDPOINT', 'the address of a collector that speaks OTLP over HTTP, as in http://collector:4318', parseEndpoint) ?? null,
    otelServiceName: read.optional('OTEL_SERVICE_NAME', '1 to 60 characters', text => text.length <= 60 ? text : undefined) ?? 'gatehouse',
    mail: smtpUrl === undefined || mailFrom === undefined ? null : { smtpUrl, from: mailFrom }
  }
  if (faults.length > 0 || !isComplete(config)) throw new ConfigError(faults)
  return Object.freeze(config)
}

/** Whether the gateway runs as plain http on this machine, which relaxes cookies and issuers for development. */
export function isPlainLocalhost (publicUrl: string): boolean {
  const { protocol, hostname } = new URL(publicUrl)
  return protocol === 'http:' && (hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '127.0.0.1' || hostname === '[::1]')
}

type Loose = { [Name in keyof Config]: Config[Name] | undefined }

function isComplete (config: Loose): config is Config {
  return config.publicUrl !== undefined && config.databaseUrl !== undefined && config.databaseListenUrl !== undefined && config.encryptionKeys !== undefined && config.cookieSecrets !== undefined
}

export function reader (environment: Environment, readFile: (path: string) => Uint8Array, faults: string[]) {
  const raw = (name: string): string | undefined => {
    const path = environment[`${name}_FILE`]
    const text = environment[name]
    // BRAND_LOGO_FILE is a variable of its own and not the file of another.
    if (path === undefined || path === '' || name.endsWith('_FILE')) return text === '' ? undefined : text
    if (text !== undefined && text !== '') faults.push(`${name} and ${name}_FILE are both set; keep one of them.`)
    try {
      const held = Buffer.from(readFile(path)).toString('utf8').trim()
      return held === '' ? undefined : held
    } catch (error) {
      // The code alone: a path may be what somebody has put the secret itself into.
      const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
      faults.push(`${name}_FILE names a file that cannot be read${typeof code === 'string' ? ` (${code})` : ''}. Is it mounted there, and may this user read it?`)
      return undefined
    }
  }
  const optional = <Value> (name: string, expected: string, parse: (text: string) => Value | undefined): Value | undefined => {
    const text = raw(name)
    if (text === undefined) return undefined
    const value = parse(text)
    if (value === undefined) faults.push(`${name} must be ${expected}.`)
    return value
  }
  return {
    optional,
    isSet: (name: string): boolean => [environment[name], environment[`${name}_FILE`]].some(text => text !== undefined && text !== ''),
    text<Value> (name: string, expected: string, parse: (text: string) => Value | undefined): Value | undefined {
      const before = faults.length
      const value = optional(name, expected, parse)
      if (value === undefined && faults.length === before) faults.push(`${name} is missing: ${expected}.`)
      return value
    },
    integer (name: string, fallback: number, min: number, max = 315_360_000): number {
      return optional(name, `a whole number from ${min} to ${max}`, text => {
        const value = Number(text)
        return /^\d+$/.test(text) && value >= min && value <= max ? value : undefined
      }) ?? fallback
    }
  }
}

function parseList (text: string): string[] {
  return text.split(',').map(part => part.trim()).filter(part => part !== '')
}

function parseOrigin (text: string): string | undefined {
  const origin = findOrigin(text)
  return origin !== undefined && (origin.startsWith('https:') || isPlainLocalhost(origin)) ? origin : undefined
}

function parseOrigins (text: string): string[] | undefined {
  const origins = parseList(text).map(findOrigin)
  return origins.every(origin => origin !== undefined) ? origins : undefined
}

function findOrigin (text: string): string | undefined {
  const url = URL.parse(text)
  const bare = url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && url.password === ''
  return bare ? url.origin : undefined
}

function parseRanges (text: string): string[] | undefined {
  const ranges = parseList(text)
  return ranges.every(range => ipaddr.isValid(range) || ipaddr.isValidCIDR(range)) ? ranges : undefined
}

export function parseDatabaseUrl (text: string): Secret | undefined {
  return /^postgres(ql)?:\/\//.test(text) ? new Secret(text) : undefined
}

function parseSmtpUrl (text: string): Secret | undefined {
  const url = URL.parse(text)
  return url !== null && /^smtps?:$/.test(url.protocol) && url.hostname !== '' ? new Secret(text) : undefined
}

function parseEndpoint (text: string): string | undefined {
  const url = URL.parse(text)
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.search === '' && url.hash === '' ? text : undefined
}

function parseSender (text: string): string | undefined {
  return /^(?:[^<>@"\p{Cc}]{1,60} <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/u.test(text) ? text : undefined
}

export function parseEncryptionKeys (text: string): [SealingKey, ...SealingKey[]] | undefined {
  const keys = parseList(text).map(part => {
    const [id = '', encoded = ''] = part.split(/:(.*)/s)
    // Node reads what it can of a broken text: half a key would seal without a word.
    return { id, whole: /^[A-Za-z0-9+/]{43}=?$/.test(encoded), key: new Secret(encoded) }
  })
  const [first, ...rest] = keys.map(({ id, key }) => ({ id, key }))
  const distinct = new Set(keys.map(key => key.id)).size === keys.length
  if (first === undefined || !distinct || !keys.every(({ id, whole }) => /^[A-Za-z0-9-]{1,32}$/.test(id) && whole)) return undefined
  return [first, ...rest]
}

function parseCookieSecrets (text: string): [Secret, ...Secret[]] | undefined {
  const parts = parseList(text)
  const [first, ...rest] = parts.map(part => new Secret(part))
  return first === undefined || parts.some(part => part.length < 32) ? undefined : [first, ...rest]
}

function readLogo (path: string, readFile: (path: string) => Uint8Array): BrandConfig['logo'] | undefined {
  try {
    const body = readFile(path)
    if (body.length > 256 * 1024) return undefined
    const png = [0x89, 0x50, 0x4e, 0x47].every((byte, index) => body[index] === byte)
    if (png) return { contentType: 'image/png', body }
    return Buffer.from(body.subarray(0, 512)).toString('utf8').includes('<svg') ? { contentType: 'image/svg+xml', body } : undefined
  } catch {
    return undefined
  }
}

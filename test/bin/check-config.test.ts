// Does `check-config` tell what is in force, who said so, and no secret?
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { completeEnvironment, openDoor } from './door.ts'

const place = mkdtempSync(join(tmpdir(), 'gatehouse-config-'))
t.teardown(() => { rmSync(place, { recursive: true }) })

void t.test('every variable is listed with what is in force and where it came from, and secrets as such', async t => {
  const file = join(place, 'token')
  const logo = join(place, 'logo.svg')
  writeFileSync(file, `${'canary-operator-token-'.repeat(2)}\n`)
  writeFileSync(logo, '<svg xmlns="http://www.w3.org/2000/svg"/>')
  const environment = completeEnvironment('postgres://gatehouse:canary-password@db.northwind.test/gatehouse')
  const { code, out, err } = await openDoor(t, 'check-config', { ...environment, OPERATOR_TOKEN_FILE: file, TRUSTED_PROXIES: '10.0.0.0/8,192.0.2.7', BRAND_LOGO_FILE: logo, BRAND_NAME: 'Northwind', PORT: '' }).ended
  t.equal(code, 0)
  t.equal(err, '')
  const rows = new Map(out.trimEnd().split('\n').map(line => line.split(/ {2,}/)).map(([name = '', from = '', value = '']) => [name, `${from}: ${value}`]))
  t.match(Object.fromEntries(rows), {
    VARIABLE: 'FROM: IN FORCE',
    PUBLIC_URL: 'env: https://login.northwind.test',
    DATABASE_URL: 'env: [secret]',
    DATABASE_LISTEN_URL: 'default: [secret]',
    ENCRYPTION_KEYS: 'env: one:[secret]',
    COOKIE_SECRETS: 'env: [secret]',
    OPERATOR_TOKEN: 'file: [secret]',
    TRUSTED_PROXIES: 'env: 10.0.0.0/8, 192.0.2.7',
    PORT: 'default: 4000',
    SESSION_IDLE_SECONDS: 'default: 3600',
    BRAND_NAME: 'env: Northwind',
    BRAND_ACCENT: 'default: #3b5bdb',
    BRAND_LOGO_FILE: 'env: image/svg+xml',
    SUPPORT_EMAIL: 'default: (none)',
    SHUTDOWN_DELAY_SECONDS: 'default: 5',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'default: (none)',
    OTEL_SERVICE_NAME: 'default: gatehouse',
    LOG_LEVEL: 'env: warn'
  })
  for (const secret of ['canary', environment['COOKIE_SECRETS'], environment['ENCRYPTION_KEYS']?.slice(4)]) t.notOk(out.includes(secret ?? 'x'), 'no secret')
})

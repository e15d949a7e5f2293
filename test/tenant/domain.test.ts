import t from 'tap'
import { judgeRecord, RECORD_GRACE_SECONDS, domainRecord, parseTenantDomain } from '../../src/tenant/domain.ts'
import { ascii } from './ascii.ts'

void t.test('a domain is stored as it is compared', async t => {
  for (const [typed, domain] of [
    ['acme.test', 'acme.test'],
    [' ACME.Test ', 'acme.test'],
    ['@acme.test', 'acme.test'],
    ['mail.acme.test', 'mail.acme.test'],
    ['acme.co.uk', 'acme.co.uk'],
    ['acme.github.io', 'acme.github.io'],
    ['acme.com', 'acme.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['notgmail.com', 'notgmail.com'],
    ['gmail.com.acme.test', 'gmail.com.acme.test'],
    ['gmail.acme.com', 'gmail.acme.com']
  ] as const) t.equal(parseTenantDomain(typed), domain, ascii(typed))
})

const refused = {
  'domain-malformed': ['', ' ', '.', 'acme', 'localhost', 'com', 'acme.test.', '.acme.test', 'acme..test', '@@acme.test', 'ada@acme.test', '*.acme.test', 'https://acme.test', 'acme.test/', 'acme.test:443', '10.0.0.1', '[::1]', 'acme .test', 'acme.test\u0000x', 'ac\u200bme.test', 'a_b.test', 'acme,globex.test', '__proto__', `${'a'.repeat(64)}.test`, `${`${'a'.repeat(60)}.`.repeat(4)}${'b'.repeat(10)}`, 'a'.repeat(100_000)],
  'domain-public': [
    'gmail.com', 'GMAIL.com', '@gmail.com', 'ｇmail.com', 'googlemail.com', 'outlook.com', 'hotmail.co.uk', 'yahoo.com', 'icloud.com', 'gmx.de', 'proton.me', 'qq.com', 'privaterelay.appleid.com', // mailboxes for everybody
    'eu.gmail.com', 'vip.qq.com', 'a.b.yahoo.co.uk', 'x.privaterelay.appleid.com', // and what lies below them
    'co.uk', 'com.au', 'github.io', 'co.jp', 'k12.ca.us', 'foo.ck', 'vercel.app', 'xn--55qx5d.cn' // public suffixes, also private ones
  ]
}

for (const [code, domains] of Object.entries(refused)) {
  void t.test(`${code}: no tenant can call these its own`, async t => {
    for (const typed of domains) t.throws(() => parseTenantDomain(typed), { name: 'TenantRefusal', code }, ascii(typed))
  })
}

void t.test('a domain is proven by a TXT record below it, which no mail and no web server uses', async t => {
  t.strictSame(domainRecord({ domain: 'acme.test', challenge: 'k7q2m', verifiedAt: null, provenance: null }), {
    type: 'TXT',
    name: '_gatehouse.acme.test',
    value: 'gatehouse-verification=k7q2m'
  })
})

void t.test('a record that has gone costs the proof after a week, and silence costs nothing', async t => {
  const now = new Date('2026-11-21T09:00:00Z')
  const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000)
  for (const [missingSince, seen, verdict] of [
    [null, 'there', 'keep'],
    [null, 'gone', 'warn'],
    [null, 'unknown', 'wait'],
    [ago(1), 'there', 'back'],
    [ago(1), 'gone', 'wait'],
    [ago(RECORD_GRACE_SECONDS - 1), 'gone', 'wait'],
    [ago(RECORD_GRACE_SECONDS), 'gone', 'lose'],
    [ago(RECORD_GRACE_SECONDS * 9), 'unknown', 'wait'],
    [ago(RECORD_GRACE_SECONDS * 9), 'there', 'back'],
    [ago(-60), 'gone', 'wait']
  ] as const) t.equal(judgeRecord({ missingSince }, seen, now), verdict, `${String(missingSince)} ${seen}`)
})

import t from 'tap'
import fc from 'fast-check'
import type { CorrectionCode } from '../../src/okta/correction.ts'
import type { OktaDomain } from '../../src/okta/domain.ts'
import { parseOktaDomain } from '../../src/okta/domain.ts'
import type { DomainRefusalCode } from '../../src/okta/refusal.ts'
import { OktaRefusal } from '../../src/okta/refusal.ts'

const acme = 'https://acme.okta.com'

// Whatever an admin may find on a screen of Okta, and copy.
const accepted: readonly (readonly [pasted: string, issuer: string, corrections?: readonly CorrectionCode[]])[] = [
  ['https://acme.okta.com', acme, []],
  ['acme.okta.com', acme, ['scheme-added']],
  ['https://acme.okta.com/', acme, ['trailing-slash-dropped']],
  ['HTTPS://Acme.Okta.COM', acme, ['lower-cased']],
  ['http://acme.okta.com', acme, ['scheme-upgraded']],
  ['htps://acme.okta.com', acme, ['scheme-corrected']],
  ['https:/acme.okta.com', acme, ['scheme-corrected']],
  ['https//acme.okta.com', acme, ['scheme-corrected']],
  ['//acme.okta.com', acme, ['scheme-corrected']],
  ['https:\\\\acme.okta.com', acme, ['scheme-corrected']],
  ['  acme.okta.com\n', acme, ['characters-dropped', 'scheme-added']],
  ['\u200bacme.okta.com\u00a0', acme, ['characters-dropped', 'scheme-added']],
  ['"https://acme.okta.com",', acme, ['characters-dropped']],
  ['<https://acme.okta.com>', acme, ['characters-dropped']],
  ['“acme.okta.com”', acme, ['characters-dropped', 'scheme-added']],
  ['https://acme.okta.com.', acme, ['trailing-dot-dropped']],
  ['https://acme.okta.com:443', acme, []],
  ['https://acme-admin.okta.com', acme, ['admin-host-dropped']],
  ['https://acme-admin.okta.com/admin/app/oidc_client/instance/0oa1/#tab-general', acme, ['admin-host-dropped', 'path-dropped']],
  ['https://acme-admin.oktapreview.com', 'https://acme.oktapreview.com', ['admin-host-dropped']],
  ['https://acme-admin.okta-emea.com', 'https://acme.okta-emea.com', ['admin-host-dropped']],
  ['https://acme-admin.okta-gov.com', 'https://acme.okta-gov.com', ['admin-host-dropped']],
  ['https://acme-admin.okta.mil', 'https://acme.okta.mil', ['admin-host-dropped']],
  ['https://acme.okta.com/app/UserHome', acme, ['path-dropped']],
  ['https://acme.okta.com/login/login.htm?fromURI=https://acme.okta.com/', acme, ['path-dropped']],
  ['https://acme.okta.com/home/oidc_client/0oa1/aln1#x', acme, ['path-dropped']],
  ['https://acme.okta.com?x', acme, ['path-dropped']],
  ['https://acme.okta.com/.well-known/openid-configuration', acme, ['path-dropped']],
  ['https://acme.okta.com/oauth2/v1/authorize', acme, ['path-dropped']],
  ['trial-1234567.okta.com', 'https://trial-1234567.okta.com', ['scheme-added']],
  ['https://integrator-1234567.okta.com', 'https://integrator-1234567.okta.com', []],
  ['https://login.acme.test', 'https://login.acme.test', []],
  ['https://login.acme.co.uk/', 'https://login.acme.co.uk', ['trailing-slash-dropped']],
  ['https://okta.acme.com', 'https://okta.acme.com', []],
  ['https://login.acme-admin.test', 'https://login.acme-admin.test', []],
  ['https://login.müller.example', 'https://login.xn--mller-kva.example', ['international-name-encoded']],
  ['https://login.xn--mller-kva.example', 'https://login.xn--mller-kva.example', []]
]
for (const [pasted, issuer, corrections = []] of accepted) {
  void t.test(`${JSON.stringify(pasted)} means ${issuer}`, async t => {
    const domain = parseOktaDomain(pasted)
    t.equal(domain.issuer, issuer)
    t.strictSame(domain.corrections.map(({ code }) => code), corrections)
    t.ok(domain.corrections.every(({ sentence }) => sentence.endsWith('.')))
    t.equal(domain.customAuthorizationServer, null)
    t.strictSame(parseOktaDomain(domain.issuer).corrections, [], 'the result needs no further correction')
  })
}

const kinds: readonly (readonly [host: string, kind: OktaDomain['kind']])[] = [
  ['acme.okta.com', 'production'], ['acme.okta-emea.com', 'production'], ['acme.oktapreview.com', 'preview'], ['acme.okta-gov.com', 'government'], ['acme.okta.mil', 'government'], ['login.acme.test', 'custom-domain']
]
for (const [host, kind] of kinds) void t.test(`${host} is of the kind ${kind}`, async t => t.equal(parseOktaDomain(host).kind, kind))

const servers: readonly (readonly [pasted: string, id: string])[] = [
  ['https://acme.okta.com/oauth2/default', 'default'],
  ['https://acme.okta.com/oauth2/default/', 'default'],
  ['https://Acme.okta.com/oauth2/aus9o8wzkhckw9TLa0h7z', 'aus9o8wzkhckw9TLa0h7z'],
  ['acme-admin.okta.com/oauth2/aus9o8wzkhckw9TLa0h7z/v1/token', 'aus9o8wzkhckw9TLa0h7z'],
  ['https://acme.okta.com/oauth2/default/.well-known/openid-configuration', 'default'],
  ['https://acme.okta.com/.well-known/oauth-authorization-server/oauth2/default', 'default']
]
for (const [pasted, id] of servers) {
  void t.test(`a custom authorization server stays in the issuer and is flagged: ${pasted}`, async t => {
    t.match(parseOktaDomain(pasted), { issuer: `${acme}/oauth2/${id}`, customAuthorizationServer: id })
  })
}

const refused: readonly (readonly [code: DomainRefusalCode, ...pasted: readonly string[]])[] = [
  ['okta-domain-empty', '', ' \t\n', '""', '\u200b'],
  ['okta-domain-too-long', `https://acme.okta.com/${'a'.repeat(2048)}`],
  ['okta-domain-placeholder', '{yourOktaDomain}', 'https://{yourOktaDomain}/oauth2/default', 'https://$' + '{yourOktaDomain}', 'your-okta-domain.okta.com', 'https://<yourOktaDomain>'],
  ['okta-domain-typo', 'https://https://acme.okta.com', 'acme.okta.com.com', 'acme.okta.con', 'acme.okta.co', 'acme.oktapreview.cm', 'acme.otka.com', 'acme.0kta.com', 'acme.okta-preview.com', 'acme.okta.com.evil.test', 'acme.okta.mil.evil.test'],
  ['okta-domain-incomplete', 'acme', 'okta.com', 'https://okta.mil/', 'oktapreview.com'],
  ['okta-domain-email', 'ada@acme.test', 'mailto:ada@acme.test', 'https://ada@acme.okta.com'],
  ['okta-domain-scheme', 'ftp://acme.okta.com', 'javascript:alert(1)', 'data:text/html,acme.okta.com', 'file:///etc/passwd', 'ldap://acme.okta.com'],
  ['okta-domain-credentials', 'https://ada:hunter2@acme.okta.com', 'ada:hunter2@acme.okta.com'],
  ['okta-domain-port', 'https://acme.okta.com:8443', 'acme.okta.com:80', 'http://acme.okta.com:80'],
  ['okta-domain-address', '127.0.0.1', 'https://10.0.0.1/', '0x7f.1', '2130706433', 'https://[::1]/', '[fd00::1]', 'localhost', 'okta.localhost', 'printer.local', 'metadata.google.internal', 'okta.corp', '127.0.0.1.'],
  ['okta-domain-not-customer', 'www.okta.com', 'https://login.okta.com', 'developer.okta.com', 'system-admin.okta.com', 'help.okta.com', 'acme.kerberos.okta.com', 'acme.trexcloud.com', 'acme.okta-miltest.com', 'acme.trex-gov.com', 'acme.okta-dnssec.com'],
  ['okta-domain-malformed', 'acme okta com', 'https://', 'acme..okta.com', '-acme.okta.com', 'acme-.okta.com', 'ac_me.okta.com', `${'a'.repeat(64)}.okta.com`, 'https://acme.okta.com..', 'acme.okta.com or acme.test', 'https://%00.okta.com', '-admin.okta.com', `${'a.'.repeat(130)}test`]
]
for (const [code, ...examples] of refused) {
  for (const pasted of examples) {
    void t.test(`${code}: ${JSON.stringify(pasted).slice(0, 80)}`, async t => {
      const error = t.throws(() => parseOktaDomain(pasted), { code })
      t.ok(error instanceof OktaRefusal)
      t.notMatch(String(error), /hunter2/)
    })
  }
}

const developmentOrigins = ['http://127.0.0.1:4010', 'http://localhost:4011']
const development: readonly (readonly [pasted: string, issuer: string, server?: string])[] = [
  ['http://127.0.0.1:4010', 'http://127.0.0.1:4010'],
  [' http://127.0.0.1:4010/ ', 'http://127.0.0.1:4010'],
  ['127.0.0.1:4010', 'http://127.0.0.1:4010'],
  ['localhost:4011', 'http://localhost:4011'],
  ['http://127.0.0.1:4010/acme/', 'http://127.0.0.1:4010/acme'],
  ['http://127.0.0.1:4010/acme/.well-known/openid-configuration?client_id=x', 'http://127.0.0.1:4010/acme'],
  ['http://127.0.0.1:4010/app/UserHome', 'http://127.0.0.1:4010'],
  ['http://127.0.0.1:4010/oauth2/default/v1/authorize', 'http://127.0.0.1:4010/oauth2/default', 'default']
]
for (const [pasted, issuer, server = null] of development) {
  void t.test(`a development origin is taken as it is: ${JSON.stringify(pasted)}`, async t => {
    t.match(parseOktaDomain(pasted, { developmentOrigins }), { issuer, kind: 'development', customAuthorizationServer: server })
  })
}

void t.test('a development origin counts only where it is configured, and only exactly', async t => {
  t.throws(() => parseOktaDomain('http://127.0.0.1:4010'), { code: 'okta-domain-port' })
  t.throws(() => parseOktaDomain('http://127.0.0.1', { developmentOrigins }), { code: 'okta-domain-address' })
  t.throws(() => parseOktaDomain('https://127.0.0.1:4010', { developmentOrigins }), { code: 'okta-domain-port' })
  t.throws(() => parseOktaDomain('http://ada:hunter2@127.0.0.1:4010', { developmentOrigins }), { code: 'okta-domain-credentials' })
  t.throws(() => parseOktaDomain('http://127.0.0.1:4010.evil.test', { developmentOrigins }), { code: 'okta-domain-malformed' })
})

void t.test('whatever is pasted, the result is an https origin that stays as it is, or a refusal', async t => {
  const piece = fc.constantFrom('https://', 'http:', '//', 'acme', '-admin', '.okta.com', '.', '/', '/oauth2/default', '@', ':', '443', '?', '#', '{', '[', '\\', '%', ' ', '\u0000', '\u202e', 'ü', '__proto__')
  const anything = fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl(), fc.domain(), fc.array(piece).map(pieces => pieces.join('')))
  fc.assert(fc.property(anything, pasted => {
    try {
      const { issuer } = parseOktaDomain(pasted)
      const url = new URL(issuer)
      return url.protocol === 'https:' && url.port === '' && (issuer === url.origin || /^\/oauth2\/[0-9A-Za-z]+$/.test(url.pathname)) && parseOktaDomain(issuer).issuer === issuer
    } catch (error) {
      return error instanceof OktaRefusal
    }
  }), { seed: 20261121, numRuns: 3000 })
  t.pass()
})

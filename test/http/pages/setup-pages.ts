// Which pages has the setup, and with which data must each of them hold? Read by the tests and by the preview.
import type { Look } from '../../../src/http/pages/layout.ts'
import { appPage } from '../../../src/http/pages/setup/app.ts'
import { credentialsPage } from '../../../src/http/pages/setup/credentials.ts'
import { domainsPage } from '../../../src/http/pages/setup/domains.ts'
import { donePage } from '../../../src/http/pages/setup/done.ts'
import type { Frame, Step } from '../../../src/http/pages/setup/frame.ts'
import { oktaPage } from '../../../src/http/pages/setup/okta.ts'
import { openLinkPage } from '../../../src/http/pages/setup/open-link.ts'
import { overviewPage } from '../../../src/http/pages/setup/overview.ts'
import { preflightPage } from '../../../src/http/pages/setup/preflight.ts'
import { testPage } from '../../../src/http/pages/setup/test.ts'
import { at, names } from './every-page.ts'

const origin = 'https://login.northwind.test'
const connection = 'con-7f3k9q2m4x8w6t5p2n3v'
const addresses = {
  redirectUri: `${origin}/auth/callback/${connection}`,
  initiateLoginUri: `${origin}/auth/initiate/${connection}`,
  postLogoutRedirectUri: `${origin}/auth/logout/done`
}
const clientKeysUri = `${origin}/auth/client-keys/${connection}`
const until = new Date('2026-12-05T19:02:00.000Z')
const word = 'gatehouse-verification=k7q2m9x4w8t5p3n6v2r7c4b9d8f5g3h6'

/** Takes a look and the company's name; returns every page of the setup under a name, in each of its states. */
export function setupPages (look: Look, company = 'Acme Corp'): Readonly<Record<string, string>> {
  const after = (done: readonly Step[], more: Partial<Frame> = {}): Frame => ({ ...look, company, domainsOnly: false, done: new Set(done), until, formToken: 'f1', locked: false, waits: false, ...more })
  const opened = { ...look, company, domainsOnly: false, email: 'ada@acme.test', until, days: 14, action: '/auth/setup/x', browser: 'b1' }
  const okta = { typed: '', error: null, found: null, saved: null }
  const found = { issuer: 'https://acme.okta.com', host: 'acme.okta.com', id: '00o1a2b3c4d5e6f7g8h9', engine: 'Identity Engine', other: null, preview: false, notes: [] }
  const credentials = { clientKeysUri, clientId: '', by: 'keys' as const, hasSecret: false, version: 1, error: null }
  const domains = { domains: [], typed: '', error: null, doubt: null, handedOver: null }
  const claimed = (domain: string, verifiedAt: Date | null = null) => ({ domain, record: { name: `_gatehouse.${domain}`, value: word }, verifiedAt })
  const finding = (outcome: 'ok' | 'warning' | 'failed' | 'unknown', message: string, remedy: string | null = null) => ({ outcome, message, remedy })
  const right = [finding('ok', 'acme.okta.com is an Okta organization.'), finding('ok', 'The client id is known there.'), finding('ok', 'Okta took our signature.'), finding('ok', 'The sign-in redirect URI is registered.')]
  const early: readonly Step[] = ['okta', 'app', 'credentials']
  const all: readonly Step[] = [...early, 'preflight', 'test', 'domains', 'done']
  return {
    'open-link': openLinkPage(opened),
    'open-link-domains': openLinkPage({ ...opened, domainsOnly: true, email: null }),
    'overview-start': overviewPage({ ...after([]), next: 'okta', details: {}, waiting: new Set(), wrong: new Set() }),
    'overview-half': overviewPage({ ...after(early), next: 'preflight', details: { okta: 'acme.okta.com', credentials: 'with our public keys, without a secret', preflight: 'One thing is not right', domains: '0 of 1 proven' }, waiting: new Set(['domains']), wrong: new Set(['preflight']) }),
    'overview-locked': overviewPage({ ...after(all, { locked: true }), next: 'done', details: { okta: 'acme.okta.com' }, waiting: new Set(), wrong: new Set() }),
    okta: oktaPage({ ...after([]), ...okta }),
    'okta-error': oktaPage({ ...after([]), ...okta, typed: 'acme.okta.com.com', error: 'There seems to be a typo in the Okta domain. Part of the address is there twice.' }),
    'okta-found': oktaPage({ ...after([]), ...okta, found: { ...found, other: { host: 'login.acme.test', isCustom: true }, preview: true, notes: ['That is the address of the Okta Admin Console. The organization’s own address, without -admin, is used.', 'What followed the address was left out.'] } }),
    'okta-saved': oktaPage({ ...after(['okta']), ...okta, typed: 'acme.okta.com', saved: 'acme.okta.com' }),
    app: appPage({ ...after(['okta']), ...addresses, name: look.brand.name, host: 'acme.okta.com', adminUrl: 'https://acme-admin.okta.com' }),
    credentials: credentialsPage({ ...after(['okta']), ...credentials }),
    'credentials-error': credentialsPage({ ...after(['okta']), ...credentials, clientId: '0oa1a2b3c4', error: { field: 'client-id', sentence: 'A client id of Okta has 20 characters, so part of it is missing or there twice. Use the copy button beside it.' } }),
    'credentials-secret': credentialsPage({ ...after(early), ...credentials, clientId: '0oa1a2b3c4d5e6f7g8h9', by: 'secret', hasSecret: true, error: { field: 'client-secret', sentence: 'That is the client id. The client secret stands below it: Okta Admin Console → Applications → the app → General → Client Credentials → Client Secrets.' } }),
    'credentials-locked': credentialsPage({ ...after(all, { locked: true }), ...credentials, clientId: '0oa1a2b3c4d5e6f7g8h9' }),
    'preflight-none': preflightPage({ ...after(early), report: null, ready: true }),
    'preflight-early': preflightPage({ ...after(['okta']), report: null, ready: false }),
    'preflight-failed': preflightPage({ ...after(early), ready: true, report: { passed: false, at, findings: [...right.slice(0, 2), finding('failed', 'Okta could not check our signature: it does not know our key.', 'Okta Admin Console → Applications → Northwind → General → Client Credentials → Public keys: choose “Use a URL to fetch keys dynamically” and paste the address of our keys.'), finding('warning', 'This is a preview organization.', 'Use your production Okta for everybody’s sign-in.'), finding('unknown', 'Whether the redirect URI is registered cannot be told from here.', null)] } }),
    'preflight-passed': preflightPage({ ...after([...early, 'preflight']), ready: true, report: { passed: true, at, findings: right } }),
    test: testPage({ ...after([...early, 'preflight']), host: 'acme.okta.com', testedAt: null, ready: true, refused: null }),
    'test-passed': testPage({ ...after([...early, 'preflight', 'test']), host: 'acme.okta.com', testedAt: at, ready: true, refused: null }),
    'test-waiting': testPage({ ...after(all, { waits: true }), host: 'acme.okta.com', testedAt: at, ready: true, refused: null }),
    'test-nothing-waits': testPage({ ...after(all), host: 'acme.okta.com', testedAt: at, ready: true, refused: 'nothing-waits' }),
    'test-edited': testPage({ ...after(all, { waits: true }), host: 'acme.okta.com', testedAt: null, ready: true, refused: 'edited' }),
    'test-connected-elsewhere': testPage({ ...after(all, { waits: true }), host: 'acme.okta.com', testedAt: at, ready: true, refused: 'connected-elsewhere' }),
    domains: domainsPage({ ...after([...early, 'preflight', 'test']), ...domains }),
    'domains-error': domainsPage({ ...after(early), ...domains, typed: 'gmail.com', error: 'Everybody can have a mailbox there, so no tenant can own it.' }),
    'domains-pending': domainsPage({ ...after(early), ...domains, domains: [claimed('acme.example', at), claimed('acme.test')], doubt: { domain: 'acme.test', sentence: `Looked for a TXT record "${word}" at _gatehouse.acme.test, and saw none. A new record can take a while to be seen.` } }),
    'domains-handed-over': domainsPage({ ...after(early), ...domains, domains: [claimed('acme.test')], handedOver: { url: `${origin}/auth/setup/dGhpcy1pcy1ub3QtYS1yZWFsLXRva2VuLWF0LWFsbCE`, until } }),
    'domains-only': domainsPage({ ...after([], { domainsOnly: true }), ...domains, domains: [claimed('acme.test')] }),
    'done-missing': donePage({ ...after(early), missing: ['preflight', 'test', 'domains'], state: 'draft', goLiveAt: null }),
    done: donePage({ ...after(all), missing: [], state: 'verified', goLiveAt: new Date('2026-12-01T08:00:00Z') }),
    'done-live': donePage({ ...after(all), missing: [], state: 'live', goLiveAt: null })
  }
}

/** The same pages with text that nobody means well with. */
export function hostileSetupPages (look: Look): Readonly<Record<string, string>> {
  const frame: Frame = { ...look, company: names.hostile, domainsOnly: false, done: new Set(), until, formToken: names.hostile, locked: false, waits: false }
  return {
    'open-link': openLinkPage({ ...look, company: names.hostile, domainsOnly: false, email: names.hostile, until, days: 14, action: '/auth/setup/x', browser: names.hostile }),
    'okta-error': oktaPage({ ...frame, typed: names.hostile, error: names.hostile, found: null, saved: null }),
    'credentials-error': credentialsPage({ ...frame, clientKeysUri: names.hostile, clientId: names.hostile, by: 'keys', hasSecret: false, version: 1, error: { field: 'client-id', sentence: names.hostile } }),
    'domains-error': domainsPage({ ...frame, domains: [], typed: names.hostile, error: names.hostile, doubt: null, handedOver: null })
  }
}

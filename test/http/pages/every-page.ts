// Which pages are there, and with which data must each of them hold? Read by the tests and by the preview.
import { groupsAdvice } from '../../../src/okta/groups-claim.ts'
import type { Brand } from '../../../src/http/pages/brand.ts'
import { failurePage } from '../../../src/http/pages/failure.ts'
import { invitationPage } from '../../../src/http/pages/invitation.ts'
import type { Look } from '../../../src/http/pages/layout.ts'
import { loopPage } from '../../../src/http/pages/loop.ts'
import { buildMessageForIt } from '../../../src/http/pages/message-for-it.ts'
import { appUnavailablePage, faultPage, misdirectedPage, notFoundPage, tooManyRequestsPage, unavailablePage } from '../../../src/http/pages/neutral.ts'
import { signInPage } from '../../../src/http/pages/sign-in.ts'
import { signOutPage } from '../../../src/http/pages/sign-out.ts'
import { signedInPage } from '../../../src/http/pages/signed-in.ts'
import { signedOutPage } from '../../../src/http/pages/signed-out.ts'
import { testResultPage } from '../../../src/http/pages/setup/test-result.ts'
import type { Action } from '../../../src/http/pages/who-acts.ts'

const wordmark = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 180 40"><circle cx="20" cy="20" r="14" fill="#0b7285"/><text x="44" y="27" font-family="sans-serif" font-size="21" fill="#12343b">Northwind</text></svg>'

export const northwind: Brand = { name: 'Northwind', accent: '#3b5bdb', logo: null, supportEmail: null }

export const hostileBrand: Brand = { ...northwind, name: '<script>alert(1)</script>', supportEmail: '"><img src=x>@northwind.test' }

/** Brands that are hard to live with: pale, dark, endless, hostile. */
export const looks: Readonly<Record<string, Brand>> = {
  plain: northwind,
  pale: { ...northwind, accent: '#ffd43b', supportEmail: 'support@northwind.test' },
  dark: { ...northwind, accent: '#101418', logo: { contentType: 'image/svg+xml', body: Buffer.from(wordmark) }, supportEmail: 'support@northwind.test' },
  endless: { ...northwind, name: 'Northwind Traders International Logistics and Warehousing Software Holdings (Deutschland)', accent: '#c2255c' },
  hostile: hostileBrand
}

export const at = new Date('2026-11-21T19:02:07.412Z')
export const reference = 'brave-otter-42'
export const longEmail = `${'ada.lovelace.of.the.analytical.engine.'.repeat(6).slice(0, 60)}@${'department.'.repeat(17)}acme.test`.slice(-254)

/** Names that people have, and one that nobody has. */
export const names = {
  plain: 'Ada Lovelace',
  arabic: 'آدا لوفلايس',
  japanese: '株式会社エイダ・ラブレス解析機関研究所',
  long: 'Adaaugustakinglovelacecountessofthefirstprogrammableengineandallitsnotes'.repeat(2),
  hostile: '"><script>alert(1)</script><img src=x onerror=alert(2)>'
}

export const unassigned: readonly Action[] = [
  { who: 'you', text: 'Send the message below to your IT team.' },
  { who: 'it-admin', text: 'Okta Admin Console → Applications → Northwind → Assignments → Assign → choose the person or a group.' }
]

const endSession = {
  action: 'https://acme.okta.com/oauth2/v1/logout',
  fields: { id_token_hint: 'eyJhbGciOiJSUzI1NiJ9.e30.c2ln', post_logout_redirect_uri: 'https://login.northwind.test/auth/logout' }
}

/** Takes a brand; returns every page under a name, in each of its states. */
export function everyPage (look: Look): Readonly<Record<string, string>> {
  const notAssigned = {
    brand: look.brand,
    headline: `Okta knows you, but you don’t have access to ${look.brand.name} yet`,
    sentence: 'Your company’s Okta answered that you are not assigned to this app. Nothing is wrong with your password.',
    actions: unassigned,
    reference,
    at
  }
  const invited = { action: '/auth/invitation/token', company: 'Acme Corp', email: 'ada@acme.test', expiresAt: at, oktaHost: 'acme.okta.com', signInUrl: '/auth/login?tenant=acme' }
  const app = { name: 'Northwind Orders', homeUrl: 'https://orders.northwind.test/' }
  const tested = {
    ...look,
    tenant: { name: 'Acme Corp' },
    host: 'acme.okta.com',
    person: { name: names.plain, email: 'ada@acme.test', roles: ['admin', 'buyer'], how: 'link' as const },
    obstacle: null,
    missing: [],
    claims: [{ name: 'sub', value: '00u1ada5d7', from: 'id-token' as const }, { name: 'email', value: 'ada@acme.test', from: 'userinfo' as const }, { name: 'amr', value: '["mfa","pwd"]', from: 'id-token' as const }],
    groups: null,
    setupUrl: '/auth/setup',
    reference,
    at
  }
  const kept = { headline: 'You haven’t been invited yet', sentence: 'Okta knows you, but nobody has added you to your company’s account.', actions: unassigned }
  const person = (name: string) => signedInPage({ ...look, name, email: 'ada@acme.test', tenant: { name }, apps: [app], formToken: 'f1' })
  return {
    'sign-in': signInPage({ ...look, fallbackUrl: 'https://app.northwind.test/login', returnTo: 'https://orders.northwind.test/a?b=1&c=2', app: 'orders' }),
    'sign-in-tenant': signInPage({ ...look, tenant: { name: 'Acme Corp' } }),
    'sign-in-error': signInPage({ ...look, email: 'ada@acme.invalid', error: 'We don’t know this email’s domain. Check the spelling, or ask your IT team whether your company uses Okta here.' }),
    'sign-in-long': signInPage({ ...look, email: longEmail, tenant: { name: names.long }, error: 'That does not look like an email address.' }),
    'sign-in-arabic': signInPage({ ...look, tenant: { name: names.arabic } }),
    'sign-in-hostile': signInPage({ ...look, email: names.hostile, tenant: { name: names.hostile }, returnTo: names.hostile, app: names.hostile, error: names.hostile, fallbackUrl: 'javascript:alert(1)' }),
    failure: failurePage({ ...look, ...notAssigned, retryUrl: '/auth/login', messageForIt: buildMessageForIt(notAssigned), footer: 'Acme Corp · acme.okta.com' }),
    'failure-vendor': failurePage({
      ...look,
      headline: 'This account is already linked to someone else',
      sentence: 'Nobody was signed in. A person has to look at it before you can go on.',
      actions: [{ who: 'vendor', text: 'Support can link the two accounts. Send them the reference below.' }],
      reference,
      at,
      footer: names.japanese
    }),
    'failure-hostile': failurePage({ ...look, headline: names.hostile, sentence: names.hostile, actions: [{ who: 'it-admin', text: names.hostile }], reference: names.hostile, at, retryUrl: 'javascript:alert(1)', messageForIt: names.hostile, footer: names.hostile }),
    loop: loopPage({ ...look, continueUrl: '/auth/login?return_to=%2F', reference, at }),
    'signed-in': person(names.plain),
    'signed-in-none': signedInPage({ ...look, name: names.japanese, email: longEmail, tenant: { name: 'Acme Corp' }, apps: [], formToken: 'f1' }),
    'signed-in-many': signedInPage({ ...look, name: names.arabic, email: 'ada@acme.test', tenant: { name: 'Globex' }, apps: [app, { name: names.long, homeUrl: 'https://x.northwind.test/' }, { name: names.arabic, homeUrl: '/reports' }, { name: 'No home', homeUrl: null }], formToken: 'f1' }),
    'signed-in-long': person(names.long),
    'signed-in-hostile': person(names.hostile),
    invitation: invitationPage({ ...look, ...invited }),
    'invitation-long': invitationPage({ ...look, ...invited, company: names.long, email: longEmail }),
    'invitation-hostile': invitationPage({ ...look, ...invited, company: names.hostile, email: names.hostile, oktaHost: names.hostile }),
    'sign-out': signOutPage({ ...look, formToken: 'f1', email: 'ada@acme.test', stayUrl: '/' }),
    'sign-out-long': signOutPage({ ...look, formToken: names.hostile, email: longEmail, stayUrl: '/', returnTo: names.hostile }),
    'signed-out': signedOutPage(look),
    'signed-out-everywhere': signedOutPage({ ...look, everywhere: true }),
    'signed-out-okta': signedOutPage({ ...look, okta: endSession }),
    'setup-tested': testResultPage(tested),
    'setup-tested-obstacle': testResultPage({ ...tested, person: null, obstacle: kept, missing: ['email', 'name'] }),
    'setup-tested-groups': testResultPage({ ...tested, groups: { claim: 'groups', matched: ['Northwind admins', 'Purchasing'], others: 3, advice: null } }),
    'setup-tested-groups-missing': testResultPage({ ...tested, groups: { claim: 'groups', matched: [], others: 0, advice: groupsAdvice('missing', 'groups') } }),
    'setup-tested-long': testResultPage({ ...tested, tenant: { name: names.japanese }, person: { name: names.arabic, email: longEmail, roles: [], how: 'create' }, claims: [{ name: 'x'.repeat(64), value: names.long.repeat(2), from: 'userinfo' }] }),
    'setup-tested-hostile': testResultPage({ ...tested, tenant: { name: names.hostile }, host: names.hostile, person: { name: names.hostile, email: names.hostile, roles: [names.hostile], how: 'known' }, claims: [{ name: names.hostile, value: names.hostile, from: 'id-token' }], groups: { claim: names.hostile, matched: [names.hostile], others: 1, advice: groupsAdvice('missing', names.hostile) }, setupUrl: 'javascript:alert(1)' }),
    'not-found': notFoundPage({ ...look, homeUrl: '/auth/login' }),
    misdirected: misdirectedPage(look),
    unavailable: unavailablePage({ ...look, retryUrl: '/auth/login', moment: { reference, at } }),
    'app-unavailable': appUnavailablePage({ ...look, moment: { reference, at } }),
    'too-many-requests': tooManyRequestsPage({ ...look, retryAfterSeconds: 42 }),
    'tenant-busy': tooManyRequestsPage({ ...look, retryAfterSeconds: 42, whose: 'company' }),
    fault: faultPage({ ...look, moment: { reference, at } })
  }
}

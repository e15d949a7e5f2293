// Which pages has the operator, and with which data must each of them hold? Read by the tests and by the preview.
import type { Look } from '../../../src/http/pages/layout.ts'
import type { AttemptLine } from '../../../src/http/pages/operator/attempt-line.ts'
import { operatorConfirmPage } from '../../../src/http/pages/operator/confirm.ts'
import { operatorEventsPage } from '../../../src/http/pages/operator/events.ts'
import { operatorFoundPage } from '../../../src/http/pages/operator/found.ts'
import type { OperatorFrame } from '../../../src/http/pages/operator/frame.ts'
import { operatorMemberPage } from '../../../src/http/pages/operator/member.ts'
import { operatorOverviewPage } from '../../../src/http/pages/operator/overview.ts'
import { operatorAttemptsPage, operatorMembersPage } from '../../../src/http/pages/operator/people.ts'
import { operatorRollOutPage } from '../../../src/http/pages/operator/roll-out.ts'
import { operatorSetupLinksPage } from '../../../src/http/pages/operator/setup-links.ts'
import { operatorSignInPage } from '../../../src/http/pages/operator/sign-in.ts'
import { operatorStoryPage } from '../../../src/http/pages/operator/story.ts'
import { type ConnectionCard, operatorTenantPage } from '../../../src/http/pages/operator/tenant.ts'
import { operatorTenantsPage } from '../../../src/http/pages/operator/tenants.ts'
import { operatorWaitingPage } from '../../../src/http/pages/operator/waiting-accounts.ts'
import { at, longEmail, names, reference } from './every-page.ts'

/** What others have typed, wherever the pages show it. */
export interface Typed {
  readonly name: string
  readonly email: string
  readonly host: string
  readonly word: string
}

export const kind: Typed = { name: 'Ada Lovelace', email: 'ada@acme.test', host: 'acme.okta.com', word: 'buyer' }

// The name differs from the address, as it does in what is kind: a line shows both only then.
const said = (text: string): Typed => ({ name: `${text}.`, email: text, host: text, word: text })
/** What nobody means well with, and what is hard to set. */
export const unkind: Readonly<Record<string, Typed>> = {
  markup: said(names.hostile),
  bidi: said('\u202eadA\u202c \u2066ecalevoL\u2069 \u200f' + names.arabic),
  emoji: said('👩🏽‍💻👨‍👩‍👧‍👦🏴‍☠️'.repeat(8)),
  invisible: said('Ada\u200b\u200d\u2060\ufeffLove\u00adlace'),
  long: { name: names.long, email: longEmail, host: `${'department.'.repeat(20)}acme.test`, word: names.long }
}

const members = (typed: Typed, count: number) => Array.from({ length: count }, (_, place) => ({ id: `mem-${place}`, email: typed.email, name: place === 0 ? typed.email : typed.name, status: (['invited', 'active', 'suspended'] as const)[place % 3] ?? 'active' }))

function attemptsOf ({ email }: Typed): readonly AttemptLine[] {
  const line = { reference, startedAt: at, who: email, words: null }
  return [{ ...line, outcome: 'refused', words: 'The person is not assigned to the app in Okta' }, { ...line, outcome: 'failed', words: 'The identity provider did not answer in time' }, { ...line, outcome: 'signed-in' }, { ...line, outcome: 'tested', who: null }, { ...line, outcome: 'started' }]
}

function connectionOf ({ host }: Typed, more: Partial<ConnectionCard> = {}): ConnectionCard {
  return {
    id: 'con-7f3k9q2m4x8w6t5p2n3v',
    host,
    state: 'live',
    testedAt: at,
    goLiveAt: null,
    waits: false,
    pilot: 0,
    secretExpiresAt: null,
    preflight: { passed: true, at, findings: [{ outcome: 'ok', message: 'The sign-in redirect URI is registered.', remedy: null }] },
    ...more
  }
}

const findings = [
  { outcome: 'failed', message: 'The sign-in redirect URI is not registered.', remedy: 'Okta Admin Console → Applications → Northwind → General → Sign-in redirect URIs.' },
  { outcome: 'warning', message: 'This is a preview organization.', remedy: null }
] as const

/** Takes a look and what others typed; returns every page of the operator under a name, in each of its states. */
export function operatorPages (look: Look, typed: Typed = kind): Readonly<Record<string, string>> {
  const { name, email, host, word } = typed
  const admin: OperatorFrame = { ...look, operator: name, may: { support: true, admin: true }, formToken: word, formNumber: word }
  const support = { ...admin, may: { support: true, admin: false } }
  const reader = { ...admin, may: { support: false, admin: false } }
  const tenant = { slug: 'acme', name, admission: 'just-in-time', ssoEntitled: true, enforcement: 'optional' } as const
  const attempts = attemptsOf(typed)
  const [invited, active, suspended] = members(typed, 3).map(member => ({ ...member, roles: [word, 'admin'], externalId: word }))
  const troubled = [{ slug: 'acme', name, ended: 12, signedIn: 340, lastAt: at }, { slug: 'globex', name: 'Globex', ended: 1, signedIn: 0, lastAt: at }]
  const weak = { tenant, id: 'con-1', host, preflightFailed: false, secretExpiresAt: at, over: false }
  const overview = { ...admin, troubled: [], codes: [], connections: [], neighbours: [], missed: null }
  const accounts = [{ id: 'idn-1', subject: word, host, email, member: { id: 'mem-1', name }, reference, times: 3, lastAt: at }, { id: 'idn-2', subject: '00u7f3k9q2m4x8w6t5', host: 'acme.okta.com', email: 'ada@acme.test', member: { id: 'mem-2', name: 'Ada' }, reference, times: 1, lastAt: at }]
  const member = { ...admin, tenant, accounts: [], moreAccounts: false, sessions: [], attempts: [], done: null, invited: null, repeated: false }
  const sessions = [{ id: 'ses-1', host: 'orders.northwind.test', createdAt: at, lastSeenAt: at }, { id: 'ses-2', host, createdAt: at, lastSeenAt: at }]
  const invitation = { url: 'https://login.northwind.test/auth/invitation/dGhpcy1pcy1ub3QtYS1yZWFsLXRva2VuLWF0LWFsbCE', expiresAt: at, mailed: false }
  const story = { ...admin, ...attempts[0], reference, outcome: 'refused', startedAt: at, words: 'The person is not assigned to the app in Okta', who: email, tenant, code: 'user-not-assigned', door: 'the sign-in page', host, member: 'mem-1', explained: null, steps: [] } as const
  const steps = [{ at, words: 'Sent to Okta', bad: false, milliseconds: 12, facts: [['app', word]] as const }, { at, words: 'Came back from Okta', bad: false, milliseconds: null, facts: [] }, { at, words: 'Refused', bad: true, milliseconds: 3, facts: [['error', 'access_denied'], ['description', name]] as const }]
  const links = { ...admin, tenant, setupLinks: [], made: null, repeated: false, typed: '', error: null }
  const made = { url: 'https://login.northwind.test/auth/setup/dGhpcy1pcy1ub3QtYS1yZWFsLXRva2VuLWF0LWFsbCE', expiresAt: at, mailed: false, email: null }
  const nobody = { count: 0, first: [] }
  const some = (count: number) => ({ count, first: members(typed, Math.min(count, 12)) })
  const calm = { members: 2, outsideDomains: nobody, neverSignedIn: nobody, linkedElsewhere: nobody, otherEmailInOkta: nobody, inOtherTenants: nobody }
  const grave = { members: 14_000, outsideDomains: some(1), neverSignedIn: some(9_000), linkedElsewhere: some(12), otherEmailInOkta: some(2), inOtherTenants: some(3) }
  const rollOut = (more: Partial<ConnectionCard>, rest: object = {}) => operatorRollOutPage({ ...admin, tenant, connection: connectionOf(typed, more), pilotEmails: [], report: calm, done: null, ...rest })
  const confirm = { ...admin, tenant, connection: { id: 'con-1', host }, shutOut: 0, checkFailed: false }
  const filter = { tenant: '', type: '', actor: '', subject: '', from: '', to: '' }
  const event = { at, type: 'connection.went-live', tenant: 'acme', actor: 'apk-7f3k9q2m4x8w6t5p2n3v', address: '2001:db8:85a3::8a2e:370:7334', subject: 'con-7f3k9q2m4x8w6t5p2n3v', reference: null, details: '' }
  const sure = <Value>(value: Value | undefined): Value => value as Value
  return {
    'sign-in': operatorSignInPage({ ...look, next: null, maybeSignedIn: false, refused: false }),
    'sign-in-next': operatorSignInPage({ ...look, next: '/auth/operator/tenants/acme', maybeSignedIn: true, refused: false }),
    'sign-in-refused': operatorSignInPage({ ...look, next: '/auth/operator/events?tenant=acme', maybeSignedIn: false, refused: true }),
    'overview-calm': operatorOverviewPage(overview),
    'overview-full': operatorOverviewPage({ ...overview, troubled, codes: [{ words: 'The person is not assigned to the app in Okta', times: 1_200, tenants: 1 }, { words: word, times: 1, tenants: 17 }], connections: [weak, { ...weak, over: true }, { ...weak, preflightFailed: true, secretExpiresAt: null }], neighbours: [name, 'Orders'] }),
    'overview-missed': operatorOverviewPage({ ...overview, ...reader, missed: email }),
    found: operatorFoundPage({ ...admin, email, members: members(typed, 3).map(one => ({ ...one, tenant })), attempts }),
    'found-attempts-only': operatorFoundPage({ ...reader, email, members: [], attempts }),
    'tenants-none': operatorTenantsPage({ ...admin, tenants: [], next: null }),
    tenants: operatorTenantsPage({ ...admin, tenants: [{ slug: 'acme', name }, { slug: 'a-very-long-short-name-'.repeat(3).slice(0, 63), name: 'Globex' }], next: 'abc' }),
    'tenant-new': operatorTenantPage({ ...support, tenant: { ...tenant, admission: 'invited', ssoEntitled: false }, connections: [], domains: [], members: [], moreMembers: false, attempts: [], accounts: [], moreAccounts: false }),
    'tenant-full': operatorTenantPage({ ...reader, tenant: { ...tenant, enforcement: 'required' }, connections: [connectionOf(typed), connectionOf(typed, { id: 'con-2', state: 'pilot', pilot: 12, testedAt: null, goLiveAt: at, waits: true, secretExpiresAt: at, preflight: { passed: false, at, findings } }), connectionOf(typed, { id: 'con-3', state: 'draft', testedAt: null, preflight: null })], domains: [{ domain: 'acme.test', verifiedAt: at, provenance: 'dns' }, { domain: 'acme.example', verifiedAt: at, provenance: 'operator' }, { domain: host, verifiedAt: null, provenance: null }], members: members(typed, 10), moreMembers: true, attempts, accounts, moreAccounts: true }),
    'members-none': operatorMembersPage({ ...admin, tenant, members: [], next: null }),
    members: operatorMembersPage({ ...admin, tenant, members: members(typed, 50), next: 'abc' }),
    'attempts-none': operatorAttemptsPage({ ...admin, tenant, attempts: [], next: null }),
    attempts: operatorAttemptsPage({ ...admin, tenant, attempts, next: 'abc' }),
    'member-invited': operatorMemberPage({ ...member, ...support, member: sure(invited) }),
    'member-invited-again': operatorMemberPage({ ...member, member: sure(invited), invited: invitation }),
    'member-invited-before': operatorMemberPage({ ...member, member: sure(invited), repeated: true }),
    'member-active': operatorMemberPage({ ...member, member: sure(active), sessions, attempts, done: 'Signed out everywhere: 2 sign-ins ended.' }),
    'member-suspended': operatorMemberPage({ ...member, member: { ...sure(suspended), roles: [], externalId: null }, attempts, done: 'Suspended. It counts at their next request.' }),
    'member-claimed': operatorMemberPage({ ...member, member: sure(active), accounts: accounts.slice(0, 1) }),
    'accounts-none': operatorWaitingPage({ ...admin, tenant, accounts: [], next: null, done: null }),
    accounts: operatorWaitingPage({ ...support, tenant, accounts, next: 'abc', done: null }),
    'accounts-read-only': operatorWaitingPage({ ...reader, tenant, accounts, next: null, done: null }),
    'member-read-only': operatorMemberPage({ ...member, ...reader, member: sure(active), sessions, invited: { ...invitation, mailed: true } }),
    story: operatorStoryPage({ ...story, explained: { headline: 'You don’t have access yet', sentence: 'Okta answered that you are not assigned.', actions: [{ who: 'you', text: 'Ask your IT.' }, { who: 'it-admin', text: 'Okta Admin Console → Applications → Northwind → Assignments.' }, { who: 'vendor', text: 'Nothing.' }] }, steps }),
    'story-signed-in': operatorStoryPage({ ...story, outcome: 'signed-in', words: null, code: null, steps: steps.slice(0, 2) }),
    'story-started': operatorStoryPage({ ...story, outcome: 'started', words: null, code: null, who: null, host: null, member: null }),
    'story-tested': operatorStoryPage({ ...story, outcome: 'tested', words: null, code: null, door: 'a test in the setup' }),
    'links-none': operatorSetupLinksPage({ ...links, ...support }),
    'links-made': operatorSetupLinksPage({ ...links, made, setupLinks: (['waiting', 'opened', 'expired', 'revoked'] as const).map((state, place) => ({ id: `lnk-${place}`, state, domainsOnly: place % 2 === 1, mayChangeLive: place === 0, email: place === 0 ? null : email, createdAt: new Date(at.getTime() - place * 60_000), expiresAt: at })) }),
    'links-repeated': operatorSetupLinksPage({ ...links, repeated: true }),
    'links-mailed': operatorSetupLinksPage({ ...links, made: { ...made, mailed: true, email } }),
    'links-error': operatorSetupLinksPage({ ...links, typed: email, error: 'Write the address as in it@acme.com.' }),
    'links-read-only': operatorSetupLinksPage({ ...links, ...reader }),
    'roll-out-draft': rollOut({ state: 'draft', testedAt: null, preflight: null }, { report: grave }),
    'roll-out-tested': rollOut({ state: 'draft' }, { done: 'Everything that was checked is right.' }),
    'roll-out-verified': rollOut({ state: 'verified' }, { report: grave }),
    'roll-out-pilot': rollOut({ state: 'pilot', pilot: 2, goLiveAt: at, preflight: { passed: false, at, findings } }, { pilotEmails: [email, 'bob@acme.test'] }),
    'roll-out-live': rollOut({ state: 'live', waits: true, secretExpiresAt: at }),
    'roll-out-retired': rollOut({ state: 'retired' }),
    'roll-out-support': rollOut({}, support),
    'confirm-verify': operatorConfirmPage({ ...confirm, move: 'verify' }),
    'confirm-go-live': operatorConfirmPage({ ...confirm, move: 'go-live', shutOut: 120, checkFailed: true }),
    'confirm-go-live-one': operatorConfirmPage({ ...confirm, move: 'go-live', shutOut: 1 }),
    'confirm-rollback': operatorConfirmPage({ ...confirm, move: 'rollback' }),
    'confirm-retire': operatorConfirmPage({ ...confirm, move: 'retire' }),
    'events-none': operatorEventsPage({ ...admin, filter, events: [], query: '?', next: null }),
    events: operatorEventsPage({ ...reader, filter: { ...filter, tenant: word, actor: email, from: '2026-11-01' }, events: [event, { ...event, tenant: null, actor: name, address: null, subject: word, reference, details: JSON.stringify({ before: { name }, after: { name: 'Acme' } }) }, { ...event, subject: null, details: `{"x":"${'long'.repeat(100)}"}` }], query: '?tenant=acme', next: 'abc' })
  }
}

import t from 'tap'
import { loadAssets } from '../../../src/http/pages/assets.ts'
import { failurePage } from '../../../src/http/pages/failure.ts'
import { loopPage } from '../../../src/http/pages/loop.ts'
import { buildMessageForIt } from '../../../src/http/pages/message-for-it.ts'
import { faultPage, misdirectedPage, notFoundPage, tooManyRequestsPage, unavailablePage } from '../../../src/http/pages/neutral.ts'
import { referenceLine, utcWords } from '../../../src/http/pages/reference.ts'
import { signInPage } from '../../../src/http/pages/sign-in.ts'
import { signOutPage } from '../../../src/http/pages/sign-out.ts'
import { signedInPage } from '../../../src/http/pages/signed-in.ts'
import { signedOutPage } from '../../../src/http/pages/signed-out.ts'
import { at, everyPage, northwind, reference, unassigned } from './every-page.ts'
import { setupPages } from './setup-pages.ts'
import { tags, words } from './tags.ts'

const look = { brand: northwind, assets: loadAssets(northwind) }

function fields (page: string): Readonly<Record<string, string>> {
  return Object.fromEntries(tags(page).filter(tag => tag.name === 'input').map(tag => [tag.attributes.get('name'), tag.attributes.get('value')]))
}

void t.test('the sign-in page asks for one thing and says who asks for the password', async t => {
  const page = signInPage({ ...look, returnTo: 'https://a.test/?x=1&y=2', app: 'orders', formToken: 'f1' })
  t.match(words(page), 'Sign in to Northwind Your company signs you in with Okta. Enter your work email and we’ll take you there. Work email Continue with Okta')
  t.match(words(page), 'Only your company asks for your password. Northwind never does.')
  t.match(page, '<form method="post" action="/auth/login">')
  t.strictSame(fields(page), { return_to: 'https://a.test/?x=1&amp;y=2', app: 'orders', form_token: 'f1', email: '' })
  t.strictSame(fields(signInPage(look)), { email: '' }, 'what is not known is not sent')
  t.notMatch(page, 'Sign in another way')
})

void t.test('the sign-in page names the company when it is known, and another way when there is one', async t => {
  const page = signInPage({ ...look, tenant: { name: 'Acme Corp' }, fallbackUrl: 'https://app.northwind.test/login', email: 'ada@acme.test' })
  t.match(words(page), 'Acme Corp signs you in with Okta.')
  t.match(page, '<a href="https://app.northwind.test/login">Sign in another way</a>')
  t.equal(fields(page).email, 'ada@acme.test')
  t.notMatch(signInPage({ ...look, fallbackUrl: 'javascript:alert(1)' }), 'javascript')
})

void t.test('an error is announced, tied to the field and said in the title', async t => {
  const page = signInPage({ ...look, error: 'We don’t know this email’s domain.' })
  t.match(page, '<p class="error" id="email-error" role="alert">We don’t know this email’s domain.</p>')
  t.match(page, ' aria-invalid="true" aria-describedby="email-error"')
  t.match(page, '<title>Error: Sign in to Northwind</title>')
  t.notMatch(signInPage(look), /aria-invalid|role="alert"/)
})

void t.test('a failure says what happened, who can help and how to be found again', async t => {
  const page = everyPage(look).failure ?? ''
  t.match(words(page), 'Who can help You Send the message below to your IT team. Your IT admin Okta Admin Console → Applications → Northwind → Assignments → Assign → choose the person or a group. Try again')
  t.match(words(page), 'Reference brave-otter-42 21 Nov 2026, 19:02 UTC')
  t.match(page, '<div role="alert"><h1>Okta knows you')
  t.match(page, '<a class="button" href="/auth/login">Try again</a>')
})

void t.test('a failure leaves a quiet way to come in as somebody else, below everything that helps the person who is here', async t => {
  const page = failurePage({ ...look, headline: 'No', sentence: 'Because.', actions: [], reference, at, otherAccountUrl: '/auth/login' })
  t.match(page, '<p class="aside"><a href="/auth/login">Sign in with another email address</a></p>\n<p class="ref">')
  t.notMatch(failurePage({ ...look, headline: 'No', sentence: 'Because.', actions: [], reference, at, otherAccountUrl: 'javascript:alert(1)' }), /javascript|another email/)
})

void t.test('a failure that nobody can retry has no button, and one without advice no empty list', async t => {
  const page = failurePage({ ...look, headline: 'No', sentence: 'Because.', actions: [], reference, at })
  t.notMatch(page, /class="button"|Who can help|<details/)
  t.notMatch(failurePage({ ...look, headline: 'No', sentence: 'Because.', actions: [], reference, at, retryUrl: 'javascript:alert(1)' }), /javascript|class="button"/)
})

void t.test('the message for IT holds all that an admin needs, as text and as a mail', async t => {
  const told = { brand: northwind, headline: 'Not assigned', sentence: 'You are not assigned.', actions: unassigned, reference, at }
  const message = buildMessageForIt(told) ?? ''
  t.equal(message, 'Hello,\n\nI could not sign in to Northwind. The page said:\n\nNot assigned\nYou are not assigned.\n\nWhat you can do:\n' +
    '- Okta Admin Console → Applications → Northwind → Assignments → Assign → choose the person or a group.\n\nReference: brave-otter-42\nTime: 21 Nov 2026, 19:02 UTC')
  const page = failurePage({ ...look, ...told, messageForIt: message })
  t.match(page, `<pre>${message}</pre>`)
  t.match(page, 'mailto:?subject=Sign-in%20to%20Northwind%3A%20brave-otter-42&amp;body=Hello%2C%0D%0A%0D%0AI%20could')
  t.equal(buildMessageForIt({ ...told, actions: [] }), null, 'IT is not bothered with what it cannot change')
})

void t.test('a message too long for a mail link stays whole on the page, and half a character breaks nothing', async t => {
  const page = (messageForIt: string) => failurePage({ ...look, headline: 'No', sentence: 'Because.', actions: [], reference, at, messageForIt })
  t.match(page('x'.repeat(3000)), 'x'.repeat(3000))
  t.notMatch(page('x'.repeat(3000)), 'mailto:')
  t.match(page('\ud83d'), 'body=%EF%BF%BD')
})

void t.test('a circle is broken with a page that lets the person go on', async t => {
  const page = loopPage({ ...look, continueUrl: '/auth/login?again', reference, at })
  t.match(words(page), 'You seem to be going in circles')
  t.match(words(page), 'Nothing is wrong with your account.')
  t.match(words(page), 'Redirect to app to initiate login (OIDC Compliant)')
  t.match(page, '<a class="button" href="/auth/login?again">Continue</a>')
})

void t.test('who is signed in sees name, email, company and the way on', async t => {
  const person = { ...look, name: 'Ada Lovelace', email: 'ada@acme.test', tenant: { name: 'Acme Corp' }, formToken: 'f1' }
  const orders = { name: 'Orders', homeUrl: 'https://orders.northwind.test/' }
  const one = signedInPage({ ...person, apps: [orders] })
  t.match(words(one), 'You’re signed in Name Ada Lovelace Email ada@acme.test Company Acme Corp Open Orders Sign out')
  t.match(one, '<form method="post" action="/auth/logout">')
  t.equal(fields(one).form_token, 'f1')
  const two = signedInPage({ ...person, apps: [orders, { name: 'Reports', homeUrl: '/reports' }, { name: 'Hidden', homeUrl: null }, { name: 'Odd', homeUrl: 'javascript:alert(1)' }] })
  t.match(words(two), 'Your apps Orders Reports Sign out')
  t.notMatch(two, /class="button"|Hidden|Odd|javascript/)
  t.match(words(signedInPage({ ...person, apps: [] })), 'You can go back to where you were, or close this page.')
})

void t.test('signing out asks first, says whom it is about, and offers to stay', async t => {
  const page = signOutPage({ ...look, formToken: 'f1', email: 'ada@acme.test', stayUrl: '/', returnTo: '/bye' })
  t.match(words(page), 'Sign out of Northwind? You are signed in as ada@acme.test. Signing out closes every Northwind app in this browser. Sign out Stay signed in Lost a device? Close Northwind on all of them at once. Sign out everywhere')
  t.match(page, '<form id="sign-out" method="post" action="/auth/logout">')
  t.match(page, '<button class="button quiet" type="submit" form="sign-out" name="everywhere" value="true">')
  t.strictSame(fields(page), { form_token: 'f1', return_to: '/bye' })
  t.notMatch(signOutPage({ ...look, formToken: 'f1' }), /Stay signed in|signed in as/)
})

void t.test('signed out here, the person may sign out of Okta too, by a form that puts no token into an address', async t => {
  const page = signedOutPage({ ...look, okta: { action: 'https://acme.okta.com/oauth2/v1/logout', fields: { id_token_hint: 'a.b.c', state: '"x' } } })
  t.match(words(page), 'You’re signed out You have left Northwind, but your Okta session is still open. If others use this computer, close it too. Sign out of Okta too Sign in again')
  t.match(page, '<form method="post" action="https://acme.okta.com/oauth2/v1/logout">')
  t.strictSame(fields(page), { id_token_hint: 'a.b.c', state: '&quot;x' })
  t.match(page, '<a class="button quiet" href="/auth/login">Sign in again</a>')
  t.notMatch(signedOutPage({ ...look, okta: { action: 'javascript:alert(1)', fields: {} } }), /javascript|Okta too/)
  t.match(words(signedOutPage({ ...look, everywhere: true })), 'You have left every Northwind app on every device.')
  t.match(words(signedOutPage({ ...look, everywhere: true, okta: { action: 'https://acme.okta.com/oauth2/v1/logout', fields: {} } })), 'You have left Northwind everywhere, but your Okta session is still open.')
  t.match(signedOutPage({ ...look, signInUrl: '/auth/login?tenant=acme' }), '<a class="button" href="/auth/login?tenant=acme">Sign in again</a>')
})

void t.test('neutral pages are calm and name nothing they should not', async t => {
  t.match(words(notFoundPage({ ...look, homeUrl: '/' })), 'There is nothing here')
  t.match(words(misdirectedPage(look)), 'This address is not set up')
  t.match(words(unavailablePage({ ...look, retryUrl: '/auth/login' })), 'We can’t reach our own database. Your account is fine, and so is your company’s Okta. This usually passes within a minute. Try again')
  t.match(words(faultPage({ ...look, moment: { reference, at } })), 'It is not your account and nothing you did. Support finds it by the reference below. Reference brave-otter-42')
})

void t.test('a wait is told in words', async t => {
  for (const [retryAfterSeconds, said] of [[0, 'Try again now.'], [NaN, 'Try again now.'], [0.2, 'in 1 second.'], [42, 'in 42 seconds.'], [91, 'in 2 minutes.'], [600, 'in 10 minutes.']] as const) {
    t.match(words(tooManyRequestsPage({ ...look, retryAfterSeconds })), said)
  }
  t.match(words(tooManyRequestsPage({ ...look, retryAfterSeconds: 42 })), 'Too many sign-ins came from your network at once. Try again')
  t.match(words(tooManyRequestsPage({ ...look, retryAfterSeconds: 42, whose: 'company' })), 'Very many people are signing in at your company right now. Try again')
})

void t.test('times are in UTC, for people and for machines', async t => {
  t.equal(utcWords(new Date('2026-01-02T03:04:59.999Z')), '2 Jan 2026, 03:04 UTC')
  t.equal(referenceLine('<x>', at).toString(), '<p class="ref"><span>Reference <code>&lt;x&gt;</code></span> <time datetime="2026-11-21T19:02:07.412Z">21 Nov 2026, 19:02 UTC</time></p>')
})

void t.test('every page says whom to ask, when the vendor names an address', async t => {
  const helped = { ...look, brand: { ...northwind, supportEmail: 'support@northwind.test' } }
  for (const page of Object.values({ ...everyPage(helped), ...setupPages(helped) })) {
    t.match(page, 'Need help? <a href="mailto:support@northwind.test">support@northwind.test</a>')
  }
})

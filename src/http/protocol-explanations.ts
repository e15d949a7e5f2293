// What does somebody read whose sign-in broke on the way: at Okta, in the browser, or between us and Okta?
import type { OidcRefusalCode } from '../oidc/refusal.ts'
import type { OutageCode } from '../outage.ts'
import { type Action, admin, appSettings, askSupport, sendReference, startAgain, type Write, you } from './explanation.ts'

// The person could do nothing and did nothing wrong; the provider's token or metadata did not hold.
const broken = (headline: string, sentence: string, ...actions: Action[]): Write => () => ({ headline, sentence, actions: [sendReference, ...actions], retry: true })

export const distrusted: Write = vendor => ({
  headline: 'Your company’s Okta sent something we could not trust',
  sentence: `The sign-in was stopped before it reached ${vendor}. You did nothing wrong, and nothing was changed.`,
  actions: [you('Try once more. If it happens again, send this page’s reference to your IT team.'), admin('Ask Okta support whether the organisation’s keys or domain have just been changed.'), askSupport],
  retry: true
})

const misconfigured: Write = vendor => ({
  headline: `${vendor} cannot read your company’s Okta settings`,
  sentence: 'The address that was set up for your company does not answer as an Okta organisation should.',
  actions: [sendReference, admin('Check that the Okta domain given to the vendor is the organisation’s own, without -admin, and that a custom domain has not just been changed (Okta Admin Console → Customizations → Brands → Domains).'), askSupport],
  retry: true
})

const interrupted: Write = () => ({
  headline: 'This sign-in can’t be continued here',
  sentence: 'It was finished before, begun in another browser, or left open for too long. Each sign-in works once, in the browser that began it.',
  actions: [startAgain],
  retry: true
})

const brokenLink: Write = () => ({
  headline: 'The answer from Okta did not arrive whole',
  sentence: 'Something on the way changed the address that your browser was sent to, so we stopped.',
  actions: [startAgain, you('If you came through a link in an email or a chat, open the page directly instead.')],
  retry: true
})

const away: Write = vendor => ({
  headline: 'Your company’s Okta can’t be reached',
  sentence: `${vendor} is working, but your company’s sign-in service did not answer. Nothing is wrong with your password.`,
  actions: [you('Try again in a minute.'), admin('Look at status.okta.com, and at the organisation’s network zones if it stays this way.')],
  retry: true
})

export const protocolExplanations = {
  'issuer-malformed': misconfigured,
  'discovery-malformed': misconfigured,
  'discovery-issuer-mismatch': vendor => ({
    headline: 'Your company’s Okta calls itself by another name',
    sentence: 'The address that was set up is not the one that your Okta signs with, so its answers cannot be told from a stranger’s.',
    actions: [sendReference, appSettings(vendor, 'Sign On → OpenID Connect ID Token → Issuer: compare it with the domain given to the vendor.')],
    retry: false
  }),
  'discovery-endpoint-foreign': misconfigured,
  'discovery-unsupported': misconfigured,
  'discovery-client-unknown': vendor => ({
    headline: `Your company’s Okta doesn’t know ${vendor} any more`,
    sentence: 'The app that connects the two was removed or deactivated in Okta, or its client id was mistyped.',
    actions: [sendReference, appSettings(vendor, 'General → Client Credentials: compare the client id, and check that the app is active.')],
    retry: false
  }),
  'callback-malformed': brokenLink,
  'callback-duplicate-parameter': brokenLink,
  'callback-unsolicited-token': brokenLink,
  'callback-issuer-mismatch': distrusted,
  'callback-issuer-missing': distrusted,
  'callback-error': distrusted,
  'attempt-unknown': interrupted,
  'attempt-expired': interrupted,
  'attempt-other-browser': interrupted,
  'attempt-other-connection': interrupted,
  'attempt-connection-changed': () => ({
    headline: 'The connection was changed while you signed in',
    sentence: 'Somebody has just edited how your company signs in here. Starting again uses the new settings.',
    actions: [startAgain],
    retry: true
  }),
  'token-refused': distrusted,
  'token-malformed': away,
  'id-token-missing': broken('Okta did not say who you are', 'The sign-in worked, but Okta sent no ID token with it.', admin('Okta Admin Console → Applications → the app → General: the grant type must be Authorization Code, and the app an OIDC web application.'), askSupport),
  'id-token-malformed': distrusted,
  'id-token-type': distrusted,
  'id-token-algorithm': distrusted,
  'id-token-key-unknown': distrusted,
  'id-token-signature': distrusted,
  'id-token-issuer': vendor => ({
    headline: 'Your company’s Okta signed with another name',
    sentence: 'The ID token names another issuer than the one that was set up. This happens when a custom domain is added or removed.',
    actions: [sendReference, appSettings(vendor, 'Sign On → OpenID Connect ID Token → Issuer: tell the vendor which address is chosen there.')],
    retry: false
  }),
  'id-token-audience': distrusted,
  'id-token-authorized-party': distrusted,
  'id-token-expired': distrusted,
  'id-token-issued-at': broken('Okta’s clock and ours don’t agree', 'The ID token is from another time than now, so it can’t be told from an old one that was stolen.', askSupport),
  'id-token-subject': distrusted,
  'id-token-nonce': distrusted,
  'id-token-access-token-hash': distrusted,
  'id-token-authentication-time': broken('Okta wants you to prove yourself again', 'You signed in to Okta too long ago for this app.', you('Sign out of Okta, then start again.')),
  'id-token-claims': distrusted,
  'userinfo-refused': distrusted,
  'userinfo-malformed': distrusted,
  'userinfo-subject-mismatch': distrusted,
  'initiation-malformed': brokenLink,
  'initiation-issuer-mismatch': vendor => ({
    headline: 'This tile belongs to another Okta organisation',
    sentence: 'The tile’s address was set up for a different connection than the one your Okta dashboard is part of.',
    actions: [sendReference, appSettings(vendor, 'General → Login → Initiate login URI: use the one shown in the setup of this organisation.')],
    retry: false
  }),
  'initiation-id-token': vendor => ({
    headline: 'The tile is set up to send a token',
    sentence: 'Your Okta posts a token here instead of starting a sign-in. A token that nobody asked for is never accepted.',
    actions: [sendReference, appSettings(vendor, 'General → Login → Login flow: choose "Redirect to app to initiate login (OIDC Compliant)".')],
    retry: false
  }),
  'initiation-ambiguous': () => ({
    headline: 'Which company do you belong to?',
    sentence: 'The tile does not say which connection it belongs to. Your email address does.',
    actions: [you('Enter your work email on the sign-in page.'), admin('Use the initiate login URI with the connection’s id from the setup page.')],
    retry: true
  }),
  'initiation-loop': () => ({
    headline: 'You seem to be going in circles',
    sentence: 'Several sign-ins were started within a minute without arriving.',
    actions: [you('Continue once more, or close this tab and start again.'), admin('Check that the app’s sign-in redirect URI in Okta is the one shown in the setup.')],
    retry: true
  }),
  'provider-unreachable': away,
  'provider-timeout': away,
  'provider-error': away,
  'provider-busy': () => ({
    headline: 'Your company’s Okta is busy',
    sentence: 'It asked us to wait a little before the next sign-in.',
    actions: [you('Try again in a minute.'), admin('Okta Admin Console → Reports → Rate Limits shows what uses up the limit.')],
    retry: true
  }),
  'database-unavailable': vendor => ({
    headline: 'We can’t sign you in right now',
    sentence: `Something at ${vendor} is down that is needed for signing in. Your account is fine.`,
    actions: [you('Try again in a minute.')],
    retry: true
  })
} satisfies Partial<Record<OidcRefusalCode | OutageCode, Write>>

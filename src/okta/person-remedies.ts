// What can the person do alone? Start again, wait, or ask for access.
import type { RemedyText } from './remedy.ts'

export const personRemedies = {
  'user-not-assigned': ({ vendor, app, appPath }) => ({
    headline: `You don’t have access to ${app} yet`,
    sentence: `Okta knows you, but ${app} has not been assigned to you there.`,
    actions: [
      { who: 'you', text: `Ask your IT team to assign ${app} to you in Okta, then try again.` },
      { who: 'it-admin', text: `Open ${appPath} → Assignments → Assign, and assign the person, or a group the person is in.` }
    ],
    retry: true,
    operatorNote: `The customer’s admin has to act; ${vendor} cannot. Their System Log shows user_not_assigned for this sign-in.`
  }),
  'access-denied': ({ console, appPath }) => ({
    headline: 'Okta did not let this sign-in through',
    sentence: 'A sign-in rule of your organization refused it, or something that Okta asked for was declined.',
    actions: [
      { who: 'you', text: 'Try again, and complete each step that Okta shows.' },
      { who: 'it-admin', text: `Open ${console} → Reports → System Log at the time of this sign-in to see which policy refused it. The app’s own rules are under ${appPath} → Sign On → User authentication.` }
    ],
    retry: true,
    operatorNote: 'access_denied without a known cause: a sign-on policy, declined consent, or a wording that is new to us. Read the provider’s description in the attempt.'
  }),
  'login-required': () => ({
    headline: 'Please sign in to Okta again',
    sentence: 'Your sign-in at Okta has ended, or Okta wants to verify you once more.',
    actions: [{ who: 'you', text: 'Try again, and sign in when Okta asks you to.' }],
    retry: true,
    operatorNote: 'A request with prompt=none found no usable Okta session. Start again without it.'
  }),
  'interaction-required': () => ({
    headline: 'Okta needs something from you',
    sentence: 'Before it goes on, Okta wants you to confirm something: a verification step, a consent, or which account to use.',
    actions: [{ who: 'you', text: 'Try again, and follow what Okta shows.' }],
    retry: true,
    operatorNote: 'The provider could not finish without showing a page. If it repeats, look for prompt=none in the request.'
  }),
  'code-expired': () => ({
    headline: 'This sign-in took too long',
    sentence: 'What Okta handed us for this sign-in can be used once and only for a few minutes. It has been used or is too old.',
    actions: [{ who: 'you', text: 'Start again, and avoid the Back button while signing in.' }],
    retry: true,
    operatorNote: 'invalid_grant. One by one it is a slow person or the Back button. Many at once: look for callbacks that are delivered twice, and for slow answers between the callback and the token request.'
  }),
  'pkce-failed': () => ({
    headline: 'This sign-in got mixed up with another one',
    sentence: 'It was finished with what belongs to a different attempt, so it was stopped. This can happen with several tabs.',
    actions: [{ who: 'you', text: 'Close other tabs in which you were signing in, then start again.' }],
    retry: true,
    operatorNote: 'The code verifier did not match the challenge. If it happens to everybody, the verifier is changed or lost between the start and the callback.'
  }),
  'userinfo-token-refused': () => ({
    headline: 'Your profile could not be read from Okta',
    sentence: 'You signed in, but Okta did not accept our request for your name and email address.',
    actions: [{ who: 'you', text: 'Start again. It usually works the second time.' }],
    retry: true,
    operatorNote: 'userinfo refused an access token that is seconds old. Compare the issuer of the userinfo endpoint with the one that issued the token.'
  }),
  'provider-trouble': ({ console }) => ({
    headline: 'Okta is having trouble right now',
    sentence: 'Okta could not finish this sign-in. Nothing is wrong with your account.',
    actions: [
      { who: 'you', text: 'Wait a minute, then try again.' },
      { who: 'it-admin', text: `If it goes on, look at status.okta.com and at ${console} → Reports → System Log.` }
    ],
    retry: true,
    operatorNote: 'The provider reported an error of its own. Give its request id to Okta support if it lasts.'
  }),
  'rate-limited': ({ console }) => ({
    headline: 'Okta is busy',
    sentence: 'Okta is receiving more requests than it allows at the moment. Nothing is wrong with your account.',
    actions: [
      { who: 'you', text: 'Wait a minute, then try again.' },
      { who: 'it-admin', text: `If it happens often, open ${console} → Reports → Rate Limits to see which requests use up the limit.` }
    ],
    retry: true,
    operatorNote: 'A rate limit of the customer’s org, or of one client, address and device: a redirect loop is the usual reason for the second. Look at X-Rate-Limit-Reset in the attempt.'
  })
} satisfies Readonly<Record<string, RemedyText>>

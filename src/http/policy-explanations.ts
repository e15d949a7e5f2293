// What does somebody read whom a rule of the vendor or of their company kept out?
import type { TenantRefusalCode } from '../tenant/refusal.ts'
import { admin, appSettings, askSupport, sendReference, startAgain, vendorDoes, type Write, you } from './explanation.ts'

const lostOnTheWay: Write = vendor => ({
  headline: 'You didn\'t arrive the way you left',
  sentence: `The last step of signing in to ${vendor} was repeated, took too long, or ended in another browser than it began in.`,
  actions: [you('Open the page that you wanted once more. You will not have to sign in again if you have just done so.')],
  retry: true
})

export const policyExplanations = {
  'ticket-unknown': lostOnTheWay,
  'ticket-other-host': lostOnTheWay,
  'ticket-other-browser': lostOnTheWay,
  'ticket-expired': lostOnTheWay,
  'email-malformed': () => ({ headline: 'That is not an email address', sentence: 'Write it as in you@company.com.', actions: [startAgain], retry: true }),
  'email-domain-unknown': vendor => ({
    headline: 'We don’t know that email domain',
    sentence: `No company signs in to ${vendor} with that domain.`,
    actions: [you('Check the spelling, or use your work address.')],
    retry: true
  }),
  'connection-unknown': vendor => ({
    headline: 'This tile leads nowhere',
    sentence: 'The connection that it belongs to is not there any more, or its address was copied incompletely.',
    actions: [you('Start from the sign-in page with your work email.'), appSettings(vendor, 'General → Login → Initiate login URI: copy it again from the setup page.')],
    retry: true
  }),
  'connection-not-live': vendor => ({
    headline: `Signing in to ${vendor} with Okta isn’t switched on yet`,
    sentence: 'Your company’s connection is still being set up.',
    actions: [you('Sign in the way you did until now, and ask your IT team when Okta will be used.'), vendorDoes('The connection can be made live when its test has passed.')],
    retry: false
  }),
  'connection-incomplete': vendor => ({
    headline: 'The connection isn’t complete yet',
    sentence: `${vendor} does not know the client id of the app in your company’s Okta.`,
    actions: [admin('Finish the step “Hand over the client id” of the setup: Okta Admin Console → Applications → the app → General → Client Credentials → Client ID.')],
    retry: false
  }),
  'connection-retired': vendor => ({
    headline: `This way to sign in to ${vendor} has been closed`,
    sentence: 'Your company’s connection has been retired.',
    actions: [you('Start from the sign-in page with your work email. If that leads here again, ask your IT team.'), askSupport],
    retry: false
  }),
  'pilot-only': vendor => ({
    headline: `Signing in to ${vendor} with Okta is being tried out`,
    sentence: 'So far it is open only to the people who test it for your company.',
    actions: [you('Sign in the way you did until now.'), admin('Ask the vendor to add the person to the pilot, or to make the connection live for everybody.')],
    retry: false
  }),
  'sso-not-entitled': vendor => ({
    headline: 'Your company’s plan doesn’t include signing in with Okta',
    sentence: `${vendor} has switched single sign-on off for your company.`,
    actions: [you('Tell the person in your company who looks after the contract.'), vendorDoes('Single sign-on is switched on again with the plan.')],
    retry: false
  }),
  'member-suspended': vendor => ({
    headline: `Your access to ${vendor} is suspended`,
    sentence: `Okta signed you in, but ${vendor} does not let you in at the moment.`,
    actions: [you('Ask the person who manages your company’s account.'), vendorDoes('A suspended member can be made active again.')],
    retry: false
  }),
  'member-unknown': vendor => ({
    headline: `You haven’t been invited to ${vendor} yet`,
    sentence: 'Okta knows you, but nobody has added you to your company’s account.',
    actions: [you('Ask the person who manages your company’s account for an invitation, with the email address that Okta uses.')],
    retry: false
  }),
  'email-missing': vendor => ({
    headline: 'Okta did not tell us your email address',
    sentence: 'Without it we cannot find out who you are here the first time you come.',
    actions: [sendReference, admin('Okta Admin Console → Directory → People → the person → Profile: fill in the primary email.'), appSettings(vendor, 'Okta API Scopes and Sign On: the scope email must be allowed.')],
    retry: false
  }),
  'email-domain-unverified': vendor => ({
    headline: 'Your email address is outside your company’s domains',
    sentence: `${vendor} lets people in by itself only with addresses in domains that your company has proven to own.`,
    actions: [you('Ask the person who manages your company’s account for an invitation.'), admin('Have the domain added and verified, or correct the primary email: Okta Admin Console → Directory → People → the person → Profile.')],
    retry: false
  }),
  'identity-taken': vendor => ({
    headline: 'This Okta account belongs to somebody else here',
    sentence: `You accepted an invitation to ${vendor} with an Okta account that is linked to another member of your company.`,
    actions: [you('Sign out of Okta, open the invitation once more, and sign in with your own Okta account.'), vendorDoes('Both accounts are named in the details of this sign-in; delete the one that is not needed, or correct the invitation.')],
    retry: false
  }),
  'invitation-unknown': vendor => ({
    headline: 'This invitation isn’t valid any more',
    sentence: 'It was replaced by a newer one or withdrawn, or its address was copied incompletely.',
    actions: [you('Look for a newer mail, or open the link from the mail once more.'), vendorDoes(`Somebody who manages your company’s account at ${vendor} can invite you again.`)],
    retry: false
  }),
  'invitation-used': vendor => ({
    headline: 'This invitation has been accepted already',
    sentence: `From now on you sign in to ${vendor} without it.`,
    actions: [you('Go to the sign-in page. If it wasn’t you who accepted the invitation, tell your IT team.')],
    retry: true
  }),
  'invitation-expired': vendor => ({
    headline: 'This invitation has expired',
    sentence: 'An invitation is good for seven days.',
    actions: [you('Ask the person who manages your company’s account for a new one.'), vendorDoes(`A new invitation to ${vendor} is made in one step.`)],
    retry: false
  }),
  'identity-conflict': vendor => ({
    headline: 'Another Okta account is linked to you already',
    sentence: `Somebody with your email address has signed in to ${vendor} with a different Okta account. To be safe, we don’t join the two by ourselves.`,
    actions: [sendReference, admin('Check whether the Okta account was deleted and made anew, or the address given to somebody else.'), vendorDoes('Support sees both accounts, and can link the new one.')],
    retry: false
  })
} satisfies Partial<Record<TenantRefusalCode, Write>>

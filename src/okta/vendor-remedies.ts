// What can only the vendor put right? The person and the customer's admin have done nothing wrong.
import type { Action, RemedyText, Words } from './remedy.ts'

export const vendorRemedies = {
  'custom-scope-refused': words => ours(words, {
    sentence: `${words.vendor} asked Okta for something that Okta does not give to any app.`,
    vendor: 'Remove every scope from the connection but openid, profile, email and, where it is allowed, groups.',
    operatorNote: 'The organization’s own authorization server takes no custom scopes.'
  }),
  'openid-scope-missing': words => ours(words, {
    sentence: `${words.vendor}’s request to Okta was incomplete.`,
    vendor: 'Add openid to the scopes of the connection.',
    operatorNote: 'A request for OpenID scopes without openid. Our fault: the connection’s scopes should never have been saved like this.'
  }),
  'userinfo-scope-missing': words => ours(words, {
    sentence: `${words.vendor} asked Okta too little to learn your name and email address.`,
    vendor: 'Add profile and email to the scopes of the connection.',
    operatorNote: 'insufficient_scope at userinfo: only openid was asked for.'
  }),
  'request-malformed': words => ours(words, {
    sentence: `Okta did not understand ${words.vendor}’s request.`,
    vendor: 'Look at the attempt: Okta names the part of the request that it refused.',
    operatorNote: 'A request that breaks Okta’s rules: two client credentials at once, a header of a browser, a malformed PKCE challenge, an unknown parameter. Our fault, unless a proxy rewrites requests.'
  }),
  'code-of-another-client': words => ours(words, {
    sentence: 'What Okta handed us belongs to another app, so this sign-in was stopped.',
    vendor: 'Check whether two connections of this customer were swapped: compare client ID and redirect URI of both.',
    operatorNote: 'The code was issued to another client id. One such case may be an attack: someone injected a code into a callback.',
    retry: true
  }),
  'clock-skew': words => ours(words, {
    sentence: `The clocks of Okta and ${words.vendor} disagree.`,
    vendor: 'Check the time synchronisation (NTP) of the gateway’s hosts.',
    operatorNote: 'A client assertion or a token looks as if it came from the future. Compare the Date header of the answer with our clock.',
    retry: true
  }),
  'logout-hint-refused': words => ({
    headline: `You are signed out of ${words.vendor}`,
    sentence: 'Okta did not accept our request to end your sign-in there as well.',
    actions: [
      { who: 'you', text: 'On a computer that others use too, sign out of Okta and close the browser.' },
      { who: 'vendor', text: 'Check whether the ID token that was sent belongs to this connection.' }
    ],
    retry: false,
    operatorNote: 'id_token_hint refused: it was issued by another org or to another client, or its signing key is gone.'
  }),
  'provider-refused': words => ({
    headline: 'Okta could not finish this sign-in',
    sentence: 'Okta gave a reason that we do not know yet. The reference on this page leads to the details.',
    actions: [
      { who: 'you', text: 'Try again. If it happens a second time, send this page to your IT team.' },
      { who: 'it-admin', text: `Open ${words.console} → Reports → System Log at the time of this sign-in. Okta explains its reason there.` },
      { who: 'vendor', text: 'Look up the reference: it leads to what Okta said.' }
    ],
    retry: true,
    operatorNote: 'No row of the diagnosis fits. Read the provider’s error and description in the attempt.'
  })
} satisfies Readonly<Record<string, RemedyText>>

function ours (words: Words, remedy: { sentence: string, vendor: string, operatorNote: string, retry?: boolean }): ReturnType<RemedyText> {
  const retry = remedy.retry ?? false
  const you: Action = { who: 'you', text: retry ? `Try again. If it happens a second time, tell ${words.vendor} the reference on this page.` : `Tell ${words.vendor} the reference on this page. Your IT team has nothing to change.` }
  return {
    headline: `Something is wrong on ${words.vendor}’s side`,
    sentence: remedy.sentence,
    actions: [you, { who: 'vendor', text: remedy.vendor }],
    retry,
    operatorNote: remedy.operatorNote
  }
}

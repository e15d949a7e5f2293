// What has the customer's Okta admin to change, and where? Each action names the path through the Admin Console.
import type { Action, RemedyText, Words } from './remedy.ts'

const askAdmin: Action = { who: 'you', text: 'Send this page to your IT team. Trying again will not help until they have changed it.' }

export const oktaAdminRemedies = {
  'policy-denied': words => ({
    headline: 'An access policy stopped this sign-in',
    sentence: `No access policy in your organization’s Okta allows ${words.app}.`,
    actions: [
      askAdmin,
      { who: 'it-admin', text: `Open ${words.console} → Security → API → Authorization Servers → the server in use → Access Policies, and add a policy with a rule for ${words.app}.` },
      { who: 'vendor', text: 'Offer to use the customer’s Okta address without /oauth2/…: it needs no access policy.' }
    ],
    retry: false,
    operatorNote: 'A custom authorization server without a matching access policy or rule (no_matching_policy in the customer’s System Log).'
  }),
  'scope-not-configured': words => setUp(words, {
    sentence: `${words.vendor} asked Okta for information that this connection is not set up to give.`,
    admin: words.customServer
      ? `Open ${words.console} → Security → API → Authorization Servers → the server in use → Scopes, and add the scopes that ${words.vendor} names. The groups scope does not exist there.`
      : `Tell ${words.vendor} which scopes this app may ask for.`,
    vendor: 'Ask for openid, profile and email only. The groups scope works with the organization’s own authorization server alone.',
    operatorNote: 'invalid_scope: a scope of the connection is unknown to its authorization server.'
  }),
  'app-type-wrong': words => setUp(words, {
    sentence: `The app in your organization’s Okta is not of the kind that ${words.vendor} needs.`,
    admin: `Open ${words.appPath} → General → General Settings → Grant type, and tick Authorization Code. If it is a single-page or native app, make a new one: Applications → Create App Integration → OIDC - OpenID Connect → Web Application.`,
    vendor: 'Send a new setup link, so that a new client ID and secret can be entered.',
    operatorNote: 'The client may not use the code flow: not a web application, or its grant type is unticked.'
  }),
  'client-secret-wrong': words => setUp(words, {
    sentence: `Okta did not accept the secret with which ${words.vendor} identifies itself.`,
    admin: `Open ${words.appPath} → General → Client Credentials → Client Secrets, copy the active secret (not its ID) and enter it in ${words.vendor}’s setup page. Keep the old one active until a sign-in has succeeded.`,
    vendor: 'Send the customer’s admin a setup link for the new secret.',
    operatorNote: 'invalid_client at the token endpoint. Everyone of this connection is affected: usually the secret was rotated and the old one deactivated.'
  }),
  'client-authentication-mismatch': words => setUp(words, {
    sentence: `Okta expects ${words.vendor} to identify itself in a different way.`,
    admin: `Open ${words.appPath} → General → Client Credentials → Edit → Client authentication, and choose ${words.signs ? `Public key / Private key, with the keys fetched from ${words.clientKeysUri}` : `what was agreed with ${words.vendor}: usually Client secret`}.`,
    vendor: 'Compare the connection’s clientAuthentication with the setting of the customer’s app.',
    operatorNote: 'invalid_client: the app is public, wants a key where we send a secret, or the credentials are wrong altogether.'
  }),
  'client-id-unknown': words => setUp(words, {
    sentence: `The app that ${words.vendor} was told to use was not found in your organization’s Okta.`,
    admin: `Open ${words.appPath} → General → Client Credentials, see that the app is active, and compare its Client ID with the one entered at ${words.vendor}.`,
    vendor: 'Check whether the client ID comes from another Okta org of this customer, such as its preview org.',
    operatorNote: 'The client ID is of another org, mistyped, or its app was deactivated or deleted.'
  }),
  'assertion-key-unknown': words => setUp(words, {
    sentence: `Okta does not know the key with which ${words.vendor} identifies itself.`,
    admin: `Open ${words.appPath} → General → Client Credentials → Edit → Public Keys → Use a URL to fetch keys dynamically, and enter ${words.clientKeysUri}.`,
    vendor: 'Send the customer’s admin the connection’s clientKeysUri, and see that it answers.',
    operatorNote: 'private_key_jwt: the kid of our assertion is not among the keys that Okta has for this client.'
  }),
  'network-zone': words => setUp(words, {
    sentence: `Your organization’s Okta allows this app from certain networks only, and ${words.vendor}’s servers are not among them.`,
    admin: `Open ${words.console} → Security → Networks, and add ${words.vendor}’s outgoing addresses to the zone to which ${words.app} is limited.`,
    vendor: 'Give the customer’s admin the outgoing IP addresses of the gateway.',
    operatorNote: 'The token request, not the person’s browser, comes from outside the permitted zones. Check that the gateway’s outgoing addresses have not changed.'
  }),
  'feature-not-licensed': words => setUp(words, {
    sentence: 'This connection uses a part of Okta that your organization has not licensed.',
    admin: `Give ${words.vendor} your Okta address without /oauth2/…, or ask Okta for API Access Management (${words.console} → Security → API).`,
    vendor: 'Change the connection to the organization’s own address, without /oauth2/….',
    operatorNote: 'E0000015: a custom authorization server in an org without API Access Management.'
  }),
  'id-token-encrypted': words => setUp(words, {
    sentence: `Your organization’s Okta encrypts its answer, and ${words.vendor} cannot read it.`,
    admin: `Open ${words.appPath} → General → Client Credentials → Edit → ID Token Encryption, turn the encryption off, and save.`,
    operatorNote: 'The ID token is a JWE with five parts: ID token encryption is on for this app.'
  }),
  'issuer-unknown': words => setUp(words, {
    sentence: 'Okta answers, but knows nothing of the address that this connection uses.',
    admin: words.customServer
      ? `Open ${words.console} → Security → API → Authorization Servers, see that the server is active, and compare its Issuer URI with the one entered at ${words.vendor}.`
      : `Compare the address of your Okta organization with the one entered at ${words.vendor}. It is shown under your name at the top right of the ${words.console}.`,
    vendor: 'Compare the connection’s issuer with what the customer’s admin sees.',
    operatorNote: 'Not found at discovery or at an endpoint: the org or the authorization server was renamed, deactivated or mistyped.'
  }),
  'redirect-uri-unregistered': words => setUp(words, {
    sentence: `Okta does not have the address to which it should bring you back at ${words.vendor}.`,
    admin: `Open ${words.appPath} → General → LOGIN → Sign-in redirect URIs, and enter ${words.redirectUri}: upper and lower case and the end of the line count.`,
    vendor: 'Send the customer’s admin the connection’s redirectUri.',
    operatorNote: 'The redirect URI is not registered. The customer’s System Log names the one that was sent (illegal_redirect_uri).'
  }),
  'logout-uri-unregistered': words => ({
    headline: `You are signed out of ${words.vendor}`,
    sentence: `Okta could not bring you back, because it does not have ${words.vendor}’s address for that.`,
    actions: [
      { who: 'it-admin', text: `Open ${words.appPath} → General → LOGIN → Sign-out redirect URIs, and enter ${words.vendor}’s address exactly as given.` },
      { who: 'vendor', text: 'Send the customer’s admin the connection’s postLogoutRedirectUri.' }
    ],
    retry: false,
    operatorNote: 'post_logout_redirect_uri is not registered at the app. Leave it out for this connection until a sign-out has been tested.'
  })
} satisfies Readonly<Record<string, RemedyText>>

// Everything that keeps all people of a customer out looks the same to one of them.
function setUp (words: Words, remedy: { sentence: string, admin: string, vendor?: string, operatorNote: string }): ReturnType<RemedyText> {
  return {
    headline: `Signing in to ${words.app} is not set up correctly`,
    sentence: remedy.sentence,
    actions: [
      askAdmin,
      { who: 'it-admin', text: remedy.admin },
      ...(remedy.vendor === undefined ? [] : [{ who: 'vendor' as const, text: remedy.vendor }])
    ],
    retry: false,
    operatorNote: remedy.operatorNote
  }
}

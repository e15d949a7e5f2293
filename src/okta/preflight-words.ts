// In which words is a preflight told? What Okta's own errors mean is worded with the remedies; here is what only a preflight sees.
import type { OutageCode } from '../outage.ts'
import type { Words } from './remedy.ts'

/** What the sentences speak of besides the names. */
export interface PreflightFacts extends Words {
  readonly issuer: string
  readonly host: string
  /** The host of the organization behind it, where that is another. */
  readonly organizationHost: string
  /** What the app calls its issuer. */
  readonly saidIssuer: string
  readonly skewSeconds: number
  readonly publicUrl: string
  /** `Okta URL` or `Custom URL`: how the app's setting is called that yields the connection's issuer. */
  readonly issuerSetting: string
  readonly outage: OutageCode
}

export interface PreflightText {
  readonly message: (facts: PreflightFacts) => string
  /** What to change and where; left out where nothing has to be. */
  readonly remedy?: (facts: PreflightFacts) => string
}

const issuerMenu = ({ appPath }: Words) => `${appPath} → Sign On → OpenID Connect ID Token → Edit → Issuer`
const whereTheAddressStands = ({ console }: Words) => `Enter the address of your Okta organization. It is shown under your name at the top right of the ${console}.`
const newSecret = ({ appPath, vendor }: Words) => `Open ${appPath} → General → Client Credentials → Client Secrets → Generate new secret, enter the new one at ${vendor} as the next secret, and deactivate the old one after a sign-in has succeeded.`

const outages: Readonly<Record<OutageCode, string>> = {
  'provider-unreachable': 'could not be reached',
  'provider-timeout': 'did not answer in time',
  'provider-error': 'answered with an error of its own',
  'provider-busy': 'is busy and asked us to wait',
  'database-unavailable': 'could not be asked',
  'upstream-unreachable': 'could not be reached',
  'upstream-timeout': 'did not answer in time'
}

const texts = {
  'organization-found': { message: ({ host }) => `${host} is an Okta organization.` },
  'custom-domain-found': { message: ({ host, organizationHost }) => `${host} is the custom domain of the Okta organization ${organizationHost}.` },
  'custom-domain-unlinked': {
    message: ({ host, organizationHost }) => `${host} is answered by the Okta organization ${organizationHost}, which does not name it as its custom domain.`,
    remedy: ({ console, host, organizationHost }) => `Open ${console} → Customizations → Brands → the brand → Domains, and see that ${host} is there. If it was removed on purpose, enter ${organizationHost} as the address instead.`
  },
  'preview-organization': {
    message: ({ host }) => `${host} is a preview organization, which Okta changes before all others and which rarely holds the real people.`,
    remedy: () => 'For production, make the app in the organization whose address ends in okta.com, and enter that address.'
  },
  'okta-organization-missing': { message: ({ host }) => `What answers at ${host} is not an Okta organization.`, remedy: whereTheAddressStands },
  'host-unreachable': { message: ({ host }) => `No server answers at ${host}.`, remedy: whereTheAddressStands },
  'organization-server': { message: () => 'The connection uses the organization’s own authorization server, as it should.' },
  'custom-server': {
    message: ({ issuer }) => `The connection uses a custom authorization server (${URL.parse(issuer)?.pathname ?? ''}). It needs an access policy of its own and a license for API Access Management.`,
    remedy: ({ issuer }) => `Enter ${URL.parse(issuer)?.origin ?? ''} without what follows it, unless you need that server.`
  },
  'client-id-known': { message: ({ host }) => `The client ID belongs to an active app of ${host}.` },
  'issuer-matches': { message: ({ issuer }) => `The app issues its tokens as ${issuer}.` },
  'issuer-differs': {
    message: ({ saidIssuer, issuer }) => `Your app issues tokens as ${saidIssuer}, and the connection expects ${issuer}.`,
    remedy: facts => `Use ${facts.saidIssuer} as the address, since both belong to the same organization; or open ${issuerMenu(facts)}, and choose ${facts.issuerSetting}.`
  },
  'issuer-foreign': {
    message: ({ saidIssuer, issuer }) => `What answers for ${issuer} calls itself ${saidIssuer}, and nothing says that the two belong together.`,
    remedy: facts => `Compare the address of your Okta organization with the one entered at ${facts.vendor}, and look at ${issuerMenu(facts)}.`
  },
  'issuer-dynamic': {
    message: ({ host }) => `The Issuer of the app is Dynamic: its tokens bear the name of whichever address was used. Sign-ins work, because all of them use ${host}.`,
    remedy: facts => `To be safe, open ${issuerMenu(facts)}, and choose ${facts.issuerSetting}.`
  },
  'endpoints-complete': { message: ({ host }) => `${host} offers everything that signing in needs.` },
  'discovery-malformed': { message: ({ host }) => `${host} answers, but not with the metadata of an Okta organization.`, remedy: whereTheAddressStands },
  'discovery-endpoint-foreign': {
    message: ({ host }) => `The metadata of ${host} names addresses on another host.`,
    remedy: facts => `Enter the address under which the app issues its tokens: ${issuerMenu(facts)}.`
  },
  'discovery-unsupported': {
    message: ({ host }) => `${host} does not offer the authorization code flow with ID tokens signed by RS256.`,
    remedy: ({ issuer }) => `Use the organization’s own authorization server: enter ${URL.parse(issuer)?.origin ?? ''}.`
  },
  'pkce-not-offered': {
    message: ({ host }) => `${host} does not say that it supports PKCE with S256, which protects the way back from Okta.`,
    remedy: ({ issuer }) => `Use the organization’s own authorization server, which does: enter ${URL.parse(issuer)?.origin ?? ''}.`
  },
  'keys-readable': { message: ({ host }) => `The keys with which ${host} signs are published and can be read.` },
  'keys-unreadable': {
    message: ({ host }) => `The keys with which ${host} signs could not be read.`,
    remedy: ({ console }) => `Open ${console} → Security → API → Authorization Servers → the server in use → Settings, and see that it is active. If it is, ask Okta support.`
  },
  'scopes-offered': { message: () => 'Everything that the connection asks for is offered.' },
  'credentials-accepted': { message: ({ vendor, signs }) => signs ? `Okta fetched ${vendor}’s public key and accepts its signature.` : `Okta accepts the secret with which ${vendor} identifies itself.` },
  'next-secret-accepted': { message: () => 'Okta accepts the next secret too. It takes over by itself when the first is refused.' },
  'redirect-uri-registered': { message: () => 'The sign-in redirect URI is registered in the app.' },
  'clocks-agree': { message: ({ host }) => `The clocks of ${host} and the gateway agree.` },
  'not-seen-from-outside': { message: ({ publicUrl }) => `Whether people’s browsers reach ${publicUrl} cannot be seen from here. The test sign-in shows it.` },
  'not-yet-filled-in': { message: () => 'Not yet filled in.', remedy: ({ vendor, appPath }) => `Open ${appPath} → General → Client Credentials, and enter at ${vendor} what stands there.` },
  'not-reached': { message: () => 'Not checked yet: something else has to be put right first.' },
  'not-tellable': { message: () => 'Okta does not tell this before somebody signs in. The test sign-in shows it.' },
  'reason-unknown': { message: () => 'Okta gave a reason that we do not know yet.', remedy: ({ console }) => `Open ${console} → Reports → System Log at the time of this check. Okta explains its reason there.` },
  'provider-silent': { message: ({ host, outage }) => `${host} ${outages[outage]}, so this could not be checked.`, remedy: () => 'Run the check again in a minute.' },
  'secret-lasts': { message: () => 'The client secret is good for more than 30 days.' },
  'secret-expires-in-30-days': { message: () => 'The client secret expires within 30 days.', remedy: newSecret },
  'secret-expires-in-14-days': { message: () => 'The client secret expires within 14 days.', remedy: newSecret },
  'secret-expires-in-7-days': { message: () => 'The client secret expires within 7 days.', remedy: newSecret },
  'secret-expires-in-1-day': { message: () => 'The client secret expires within a day.', remedy: newSecret },
  'secret-expired': { message: () => 'The client secret has reached its expiry date.', remedy: newSecret }
} satisfies Readonly<Record<string, PreflightText>>

export type PreflightCode = keyof typeof texts

/** By code, for `preflight.ts`; the test reads every one of them aloud. */
export const preflightTexts: Readonly<Record<PreflightCode, PreflightText>> = texts

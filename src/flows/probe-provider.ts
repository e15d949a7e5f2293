// What does a provider say to whoever asks without a user? Each probe is sent once, fresh, and what cannot matter any more is not sent.
import { parseAdvertisement } from '../oidc/advertisement.ts'
import { buildDiscoveryRequest, parseProviderMetadata } from '../oidc/discovery.ts'
import type { Issuer, ProviderMetadata } from '../oidc/discovery.ts'
import { OidcRefusal } from '../oidc/refusal.ts'
import { buildKeysRequest, parseKeySet } from '../oidc/verification-keys.ts'
import type { PreflightObservations, Refused, Unseen } from '../okta/preflight-observations.ts'
import type { ConnectionWithProofs } from '../tenant/connection.ts'
import { type Ask, askOrganization, confirmAliases } from './ask-organization.ts'
import { type Found, outageOrThrow, probeAuthorization, probeCredentials } from './probe-recognition.ts'
import type { ProveClientNeeds } from './prove-client.ts'

export interface ProbeProviderNeeds extends ProveClientNeeds {
  readonly idp: { readonly probe: Ask }
}

type Observed<Name extends keyof PreflightObservations> = PreflightObservations[Name]

const notAsked: Unseen = { kind: 'not-asked' }

/** Takes a connection with what it proves itself by and its redirect URI. @returns what the provider said; never throws what it said. */
export function probeProvider (needs: ProbeProviderNeeds) {
  return async function (connection: ConnectionWithProofs, redirectUri: string): Promise<PreflightObservations> {
    const { ask, skew } = watchClock(needs)
    const organization = await probeOrganization(ask, connection.issuer)
    const nothing = { keys: notAsked, credentials: [], authorization: notAsked } as const
    if (organization.kind === 'outage') return { organization, discovery: notAsked, ...nothing, skewSeconds: skew() }
    const aliases = organization.kind === 'organization' ? organization.aliases : []
    const { discovery, found } = await probeDiscovery(needs, ask, connection, aliases)
    if (found === null) return { organization, discovery, ...nothing, skewSeconds: skew() }
    const keys = await probeKeys(needs, ask, found.metadata, connection.clientId)
    const clientKnown = connection.clientId !== ''
    const credentials = clientKnown ? await probeCredentials(needs, ask, connection, found.metadata, redirectUri) : []
    const authorization = clientKnown ? await probeAuthorization(needs, ask, connection, found, redirectUri) : notAsked
    return { organization, discovery, keys, credentials, authorization, skewSeconds: skew() }
  }
}

// Every answer bears the time at which it was made. One out of a cache says how old it is, or is not counted.
function watchClock ({ idp, now }: ProbeProviderNeeds): { ask: Ask, skew: () => number | null } {
  let skewSeconds: number | null = null
  return {
    async ask (request) {
      const answer = await idp.probe(request)
      const at = Date.parse(answer.headers.date ?? '')
      if (Number.isFinite(at) && answer.headers.age === undefined) skewSeconds = (now().getTime() - at) / 1000
      return answer
    },
    skew: () => skewSeconds
  }
}

async function probeOrganization (ask: Ask, issuer: Issuer): Promise<Observed<'organization'>> {
  const { origin } = new URL(issuer)
  const asked = await askOrganization(ask, origin)
  return asked.kind === 'organization' ? { ...asked, aliases: await confirmAliases(ask, origin, asked.organization) } : asked
}

async function probeDiscovery ({ now }: ProbeProviderNeeds, ask: Ask, { issuer, clientId }: ConnectionWithProofs, aliases: readonly string[]): Promise<{ discovery: Observed<'discovery'>, found: Found | null }> {
  try {
    const answer = await ask(buildDiscoveryRequest(issuer, clientId === '' ? null : clientId))
    const advertisement = parseAdvertisement(answer, issuer)
    if (advertisement !== null && advertisement.issuer !== null && advertisement.issuer !== issuer) return { discovery: { kind: 'other-issuer', issuer: advertisement.issuer }, found: null }
    const metadata = parseProviderMetadata(answer, issuer, now())
    if (advertisement === null) throw new OidcRefusal('discovery-malformed')
    const { s256, scopes } = advertisement
    return { discovery: { kind: 'metadata', s256, scopes, dynamic: await isDynamic(ask, issuer, clientId, aliases) }, found: { metadata, advertisement } }
  } catch (error) {
    return { discovery: refusalOrOutage(error), found: null }
  }
}

// An app whose issuer is fixed names it at every address of its organization.
async function isDynamic (ask: Ask, issuer: Issuer, clientId: string, aliases: readonly string[]): Promise<boolean> {
  if (clientId === '') return false
  const { origin } = new URL(issuer)
  const request = buildDiscoveryRequest(issuer, clientId)
  for (const alias of aliases) {
    const elsewhere = (url: string): string => alias + url.slice(origin.length)
    try {
      const said = parseAdvertisement(await ask({ ...request, url: elsewhere(request.url) }), issuer)
      if (said?.issuer === elsewhere(issuer)) return true
    } catch (error) {
      outageOrThrow(error)
    }
  }
  return false
}

async function probeKeys ({ now }: ProbeProviderNeeds, ask: Ask, { jwksUri }: ProviderMetadata, clientId: string): Promise<Observed<'keys'>> {
  try {
    parseKeySet(await ask(buildKeysRequest(jwksUri, clientId)), now())
    return { kind: 'readable' }
  } catch (error) {
    return refusalOrOutage(error)
  }
}

function refusalOrOutage (error: unknown): Refused | Unseen {
  if (error instanceof OidcRefusal) return { kind: 'refused', code: error.code, provider: error.provider }
  return outageOrThrow(error)
}

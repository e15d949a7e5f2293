// Which Okta does an admin mean by what was pasted, and is it there? Asked live, twice: who it says it is, and how it signs people in.
import type { Answer, OutgoingRequest } from '../oidc/answer.ts'
import { buildDiscoveryRequest, type Issuer, parseIssuer, parseProviderMetadata } from '../oidc/discovery.ts'
import { parseOktaDomain } from '../okta/domain.ts'
import type { OktaHostKind } from '../okta/host.ts'
import { parseOktaOrganization } from '../okta/organization.ts'

export interface FindOrganizationNeeds {
  readonly idp: { probe (request: OutgoingRequest): Promise<Answer> }
  readonly developmentOrigins: readonly string[]
  readonly now: () => Date
}

export interface FoundOrganization {
  readonly issuer: Issuer
  readonly kind: OktaHostKind | 'development'
  /** `00o…` */
  readonly id: string
  readonly pipeline: string
  /** The organization's own origin, and that of its custom domain. */
  readonly url: string
  readonly alternate: string | null
  /** Sentences on what was changed in what was pasted. */
  readonly notes: readonly string[]
}

const customServerDropped = 'The part with /oauth2/ names a custom authorization server. Signing in goes to the organization itself, which needs no further licence and no access policy.'

/** @throws OktaRefusal, OidcRefusal or Outage: what was pasted names no Okta organization, or none that answers now. */
export function findOrganization (needs: FindOrganizationNeeds) {
  return async function (pasted: string): Promise<FoundOrganization> {
    const { developmentOrigins } = needs
    const domain = parseOktaDomain(pasted, { developmentOrigins })
    const issuer = parseIssuer(domain.customAuthorizationServer === null ? domain.issuer : new URL(domain.issuer).origin, { developmentOrigins })
    const organization = parseOktaOrganization(await needs.idp.probe({ method: 'GET', url: new URL('/.well-known/okta-organization', issuer).href, headers: { accept: 'application/json' } }))
    // No app is known there yet, so nobody is named.
    parseProviderMetadata(await needs.idp.probe(buildDiscoveryRequest(issuer, null)), issuer, needs.now())
    return {
      issuer,
      kind: domain.kind,
      id: organization.id,
      pipeline: organization.pipeline,
      url: organization.url,
      alternate: organization.alternate ?? null,
      notes: [...domain.corrections.map(({ sentence }) => sentence), ...(domain.customAuthorizationServer === null ? [] : [customServerDropped])]
    }
  }
}

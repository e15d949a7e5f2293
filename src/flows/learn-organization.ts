// Which other names does a connection's Okta have? A tile may come from the org URL though the app signs as the custom domain.
import { type Ask, askOrganization, confirmAliases } from './ask-organization.ts'

export interface LearnOrganizationNeeds {
  readonly idp: { readonly probe: Ask }
}

export interface LearnedOrganization {
  readonly id: string
  readonly aliases: readonly string[]
}

/** @returns what the issuer's own host says of its organisation, or null when it says nothing that can be read. */
export function learnOrganization ({ idp }: LearnOrganizationNeeds) {
  return async function (issuer: string): Promise<LearnedOrganization | null> {
    const asked = await askOrganization(request => idp.probe(request), issuer)
    if (asked.kind !== 'organization') return null
    const { organization } = asked
    return { id: organization.id, aliases: await confirmAliases(request => idp.probe(request), issuer, organization) }
  }
}

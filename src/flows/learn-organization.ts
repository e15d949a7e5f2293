// Which other names does a connection's Okta have? A tile may come from the org URL though the app signs as the custom domain.
import type { Answer, OutgoingRequest } from '../oidc/answer.ts'
import { issuerAliases, type OktaOrganization, parseOktaOrganization } from '../okta/organization.ts'
import { OktaRefusal } from '../okta/refusal.ts'
import { isExpected } from './login-failure.ts'

export interface LearnOrganizationNeeds {
  readonly idp: { probe (request: OutgoingRequest): Promise<Answer> }
}

export interface LearnedOrganization {
  readonly id: string
  readonly aliases: readonly string[]
}

/** @returns what the issuer's own host says of its organisation, or null when it says nothing that can be read. */
export function learnOrganization (needs: LearnOrganizationNeeds) {
  return async function (issuer: string): Promise<LearnedOrganization | null> {
    const organization = await ask(needs, issuer)
    if (organization === null) return null
    const aliases: string[] = []
    for (const alias of issuerAliases(issuer, organization)) {
      if (alias === issuer) continue
      // A host may claim any other as its alias; only one that says the same of itself is believed.
      const other = await ask(needs, alias)
      if (other !== null && other.id === organization.id) aliases.push(alias)
    }
    return { id: organization.id, aliases }
  }
}

async function ask ({ idp }: LearnOrganizationNeeds, address: string): Promise<OktaOrganization | null> {
  try {
    const url = new URL('/.well-known/okta-organization', address).href
    return parseOktaOrganization(await idp.probe({ method: 'GET', url, headers: { accept: 'application/json' } }))
  } catch (error) {
    if (isExpected(error) || error instanceof OktaRefusal) return null
    throw error
  }
}

// Which organization answers at an address, and by which other names is it known? A host may claim any name; both sides have to say so.
import type { Answer, OutgoingRequest } from '../oidc/answer.ts'
import { issuerAliases, type OktaOrganization, parseOktaOrganization } from '../okta/organization.ts'
import { OktaRefusal } from '../okta/refusal.ts'
import { Outage, type OutageCode } from '../outage.ts'

export type Ask = (request: OutgoingRequest) => Promise<Answer>
export type AskedOrganization = { readonly kind: 'organization', readonly organization: OktaOrganization } | { readonly kind: 'none' } | { readonly kind: 'outage', readonly code: OutageCode }

/** Takes any address of the organization. @returns what its host says of itself; our own faults are thrown. */
export async function askOrganization (ask: Ask, address: string): Promise<AskedOrganization> {
  try {
    const url = new URL('/.well-known/okta-organization', address).href
    return { kind: 'organization', organization: parseOktaOrganization(await ask({ method: 'GET', url, headers: { accept: 'application/json' } })) }
  } catch (error) {
    if (error instanceof OktaRefusal) return { kind: 'none' }
    if (error instanceof Outage) return { kind: 'outage', code: error.code }
    throw error
  }
}

/** Takes an issuer and what its host said. @returns the other names that say the same organization of themselves. */
export async function confirmAliases (ask: Ask, issuer: string, organization: OktaOrganization): Promise<readonly string[]> {
  const aliases: string[] = []
  for (const alias of issuerAliases(issuer, organization)) {
    if (alias === issuer) continue
    const other = await askOrganization(ask, alias)
    if (other.kind === 'organization' && other.organization.id === organization.id) aliases.push(alias)
  }
  return aliases
}

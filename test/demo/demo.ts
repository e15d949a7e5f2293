// The whole thing on one machine: two customers with their Okta, a vendor's product, and the gateway between them.
import { startOktaOrg } from '../world/okta-org.ts'
import { createTenancy, made } from '../world/tenancy.ts'
import { acmePeople, globexPeople, parts } from './cast.ts'
import { drawTable, link, quiet, strong } from './table.ts'
import { startVendor } from './vendor.ts'

export interface Demo {
  readonly url: string
  readonly acme: string
  readonly globex: string
  /** Where the operator API is: the gateway itself, which the product does not pass on. */
  readonly gateway: string
  readonly operatorToken: string
  stop (): Promise<void>
}

/** @param ports 0 takes any free one; the test of the demo runs beside others. */
export async function startDemo (ports: { product: number, gateway: number, acme: number, globex: number }, log?: (line: string) => void): Promise<Demo> {
  const acme = await startOktaOrg({ name: 'acme', label: 'Acme Corp', port: ports.acme, people: acmePeople, idTokens: 'thin', brandColour: '#1f5c99' })
  const globex = await startOktaOrg({ name: 'globex', label: 'Globex', port: ports.globex, people: globexPeople, idTokens: 'fat', brandColour: '#7a3b8f' })
  const vendor = await startVendor({ port: ports.product, gatewayPort: ports.gateway, issuers: [acme.url, globex.url], ...(log === undefined ? {} : { log }) })
  const { gateway } = vendor

  const customer = await createTenancy(gateway, {
    slug: 'acme',
    name: 'Acme Corp',
    domains: ['acme.test'],
    org: acme,
    assigned: ['ada@acme.test', 'eve@acme.test', 'mia@acme.test'],
    members: [
      { email: 'ada@acme.test', name: 'Ada Lovelace', roles: ['admin', 'buyer'] },
      { email: 'bob@acme.test', name: 'Bob Byte', roles: ['buyer'] },
      { email: 'mia@acme.test', name: 'Mia Moreau', roles: ['buyer'] }
    ]
  })
  await made(gateway, `/tenants/acme/members/${customer.members.get('mia@acme.test') ?? ''}`, { status: 'suspended' }, 'PATCH')
  await createTenancy(gateway, { slug: 'globex', name: 'Globex', domains: ['globex.test'], org: globex, admission: 'just-in-time', defaultRoles: ['buyer'] })

  return {
    url: vendor.url,
    acme: acme.url,
    globex: globex.url,
    gateway: gateway.url,
    operatorToken: gateway.operatorToken,
    async stop () {
      await vendor.stop()
      await acme.stop()
      await globex.stop()
    }
  }
}

/** What a newcomer reads. */
export function introduce ({ url, acme, globex, gateway, operatorToken }: Demo): string {
  return `
  ${strong('Gatehouse is running.')} A vendor's product, two customers with their own Okta, and the gateway between them.

${drawTable(['open', ''], [
    [url, 'Northwind, the product: choose "Sign in" and type one of the addresses below'],
    [`${acme}/app/UserHome`, 'Acme\'s Okta dashboard: the tile starts the sign-in from there'],
    [`${globex}/app/UserHome`, 'Globex\'s Okta dashboard']
  ]).replaceAll(url, link(url)).replaceAll(acme, link(acme)).replaceAll(globex, link(globex))}

${drawTable(['sign in as', 'company', 'who'], parts.map(({ email, company, experience }) => [email, company, experience]))}

  Signed in, press ${strong('Call the API')}: the page gets a token, and shows it decoded.
  A sign-in that fails shows a reference; the operator's view of the same login:
  ${quiet(`curl -H 'authorization: Bearer ${operatorToken}' ${gateway}/api/v1/attempts/<reference>`)}
  ${quiet('The Okta organisations are stand-ins on this machine. Ctrl-C ends everything and leaves nothing behind.')}
`
}

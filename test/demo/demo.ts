// The whole thing on one machine: three customers with their Okta, a vendor's product, and the gateway between them.
import type { OktaOrg, OktaOrgOptions } from '../world/okta-org.ts'
import { startOktaOrg } from '../world/okta-org.ts'
import type { RunningGateway } from '../world/gateway.ts'
import { startMailbox } from '../world/mailbox.ts'
import { createTenancy, made } from '../world/tenancy.ts'
import { acmePeople, globexPeople, initechPeople } from './cast.ts'
import { startMailboxPage } from './mailbox-page.ts'
import { choosePort } from './ports.ts'
import { startVendor } from './vendor.ts'

export interface Demo {
  readonly url: string
  readonly acme: string
  readonly globex: string
  /** Not connected yet. */
  readonly initech: string
  /** Where one reads what was mailed. */
  readonly mailbox: string
  /** Where the operator API is: the gateway itself, which the product does not pass on. */
  readonly gateway: string
  readonly operatorToken: string
  /** What opens the operator's pages for whoever plays support. */
  readonly supportKey: string
  stop (): Promise<void>
}

/** @param ports 0 takes any free one; the test of the demo runs beside others. */
export async function startDemo (ports: { product: number, gateway: number, acme: number, globex: number, initech: number, mailbox: number }, log?: (line: string) => void): Promise<Demo> {
  const stops: (() => Promise<void>)[] = []
  const stop = async () => { for (const close of stops.splice(0).reverse()) await close() }
  const startOrg = async (options: OktaOrgOptions & { port: number }) => {
    const org = await startOktaOrg({ ...options, port: await choosePort(options.port), asksWhoeverIsHinted: true })
    stops.push(org.stop)
    return org
  }
  try {
    const acme = await startOrg({ name: 'acme', label: 'Acme Corp', port: ports.acme, people: acmePeople, idTokens: 'thin', brandColour: '#1f5c99' })
    const globex = await startOrg({ name: 'globex', label: 'Globex', port: ports.globex, people: globexPeople, idTokens: 'fat', brandColour: '#7a3b8f' })
    const initech = await startOrg({ name: 'initech', label: 'Initech', port: ports.initech, people: initechPeople, idTokens: 'thin', brandColour: '#a3541f' })
    const mailbox = await startMailbox()
    stops.push(mailbox.stop)
    const mailboxPage = await startMailboxPage(() => mailbox.mails, await choosePort(ports.mailbox))
    stops.push(mailboxPage.stop)
    const environment = { SMTP_URL: mailbox.url, MAIL_FROM: 'Northwind <login@northwind.test>' }
    const vendor = await startVendor({ port: ports.product, gatewayPort: ports.gateway, issuers: [acme.url, globex.url, initech.url], environment, ...(log === undefined ? {} : { log }) })
    stops.push(vendor.stop)
    await addCustomers(vendor.gateway, acme, globex)
    await inviteCustomer(vendor.gateway)
    stops.push(keepTelling(vendor.gateway))
    const { key } = await made(vendor.gateway, '/api-keys', { name: 'Support', scopes: ['support'] })
    return { url: vendor.url, acme: acme.url, globex: globex.url, initech: initech.url, mailbox: mailboxPage.url, gateway: vendor.gateway.url, operatorToken: vendor.gateway.operatorToken, supportKey: String(key), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function addCustomers (gateway: RunningGateway, acme: OktaOrg, globex: OktaOrg): Promise<void> {
  const customer = await createTenancy(gateway, {
    slug: 'acme',
    name: 'Acme Corp',
    domains: ['acme.test'],
    org: acme,
    endsOktaSession: true,
    assigned: ['ada@acme.test', 'eve@acme.test', 'mia@acme.test', 'lea.laurent@group.test'],
    members: [
      { email: 'ada@acme.test', name: 'Ada Lovelace', roles: ['admin', 'buyer'] },
      { email: 'bob@acme.test', name: 'Bob Byte', roles: ['buyer'] },
      { email: 'mia@acme.test', name: 'Mia Moreau', roles: ['buyer'] },
      { email: 'lea@acme.test', name: 'Lea Laurent', roles: ['buyer'] }
    ]
  })
  await made(gateway, `/tenants/acme/members/${customer.members.get('mia@acme.test') ?? ''}`, { status: 'suspended' }, 'PATCH')
  await made(gateway, `/tenants/acme/members/${customer.members.get('lea@acme.test') ?? ''}/invitations`, { mail: true })
  await createTenancy(gateway, { slug: 'globex', name: 'Globex', domains: ['globex.test'], org: globex, endsOktaSession: true, admission: 'just-in-time', defaultRoles: ['buyer'] })
}

/** What `npm start` does every minute, sooner: whoever makes a connection live finds the mail about it at once. */
function keepTelling ({ gateway }: RunningGateway): () => Promise<void> {
  let round: Promise<unknown> = gateway.tellAdmins()
  const timer = setInterval(() => { round = round.then(gateway.tellAdmins) }, 2_000)
  return async () => {
    clearInterval(timer)
    await round
  }
}

/** A customer who has bought single sign-on this morning: its admin has a link, and the vendor nothing more to do. */
async function inviteCustomer (gateway: RunningGateway): Promise<void> {
  await made(gateway, '/tenants', { slug: 'initech', name: 'Initech', admission: 'just-in-time', defaultRoles: ['buyer'] })
  // There is no DNS for it here; elsewhere its admin proves the domain by a record.
  await made(gateway, '/tenants/initech/domains', { domain: 'initech.test' })
  await made(gateway, '/tenants/initech/domains/initech.test/verify', { provenance: 'operator' })
  await made(gateway, '/tenants/initech/setup-links', { email: 'pia@initech.test', mail: true })
}

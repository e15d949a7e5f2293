// What does a newcomer read when the demo is ready?
import { parts } from './cast.ts'
import type { Demo } from './demo.ts'
import { drawTable, link, quiet, strong } from './table.ts'

export function introduce ({ url, acme, globex, initech, mailbox, gateway, operatorToken, supportKey }: Omit<Demo, 'stop'>): string {
  const places = drawTable(['open', ''], [
    [url, 'Northwind, the product: choose "Sign in" and type one of the addresses below'],
    [`${acme}/app/UserHome`, 'Acme\'s Okta dashboard: the tile starts the sign-in from there'],
    [`${globex}/app/UserHome`, 'Globex\'s Okta dashboard'],
    [`${initech}/admin/apps`, 'Initech\'s Okta Admin Console: where its admin makes the app that the setup asks for'],
    [`${url}/auth/operator`, 'The pages of Northwind\'s own support: who cannot sign in, why, and what to do. The key is below'],
    [mailbox, 'Everybody\'s mailbox: what was mailed, with links to click']
  ])
  return `
  ${strong('Gatehouse is running.')} A vendor's product, customers with their own Okta, and the gateway between them.

${places.replaceAll(/http\S+/g, address => link(address))}

${drawTable(['sign in as', 'company', 'who'], parts.map(({ email, company, experience }) => [email, company, experience]))}

  Signed in, press ${strong('Call the API')}: the page gets a token, and shows it decoded.
  Be Northwind's support with the key ${strong(supportKey)}
  Each sign-in has a reference: it is below, on the page where it failed, and in what the operator sees of it:
  ${quiet(`curl -s -H 'authorization: Bearer ${operatorToken}' ${gateway}/api/v1/tenants/acme/attempts`)}
  ${quiet('One of them step by step: the same with /api/v1/attempts/ and the reference at the end of the address.')}

  ${quiet('The Okta organisations are stand-ins on this machine. Ctrl-C ends everything and leaves nothing behind.')}
`
}

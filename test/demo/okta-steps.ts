// What exactly does one choose and paste in the Okta Admin Console, and say to the gateway afterwards?
import type { Dev } from './dev.ts'
import { type DevConnection, TENANT } from './dev-connection.ts'
import { drawList, quiet, strong } from './table.ts'

/** The steps in Okta, in the order of its pages and with the names that are written there. */
export function describeOktaSteps ({ redirectUri, initiateLoginUri, postLogoutRedirectUri }: DevConnection): string {
  return `
  ${strong('1. In the Okta Admin Console: Applications → Applications → Create App Integration')}
${drawList([
    ['Sign-in method', 'OIDC - OpenID Connect'],
    ['Application type', 'Web Application']
  ])}

  ${strong('2. On the page "New Web App Integration"')}
${drawList([
    ['App integration name', 'Northwind'],
    ['Grant type', 'Authorization Code'],
    ['Sign-in redirect URIs', redirectUri],
    ['Sign-out redirect URIs', postLogoutRedirectUri],
    ['Controlled access', 'Allow everyone in your organization to access, or a group that you are in'],
    ['Immediate access', 'untick "Enable immediate access with Federation Broker Mode": it takes the tile away']
  ])}

  ${strong('3. Saved, on the tab General → LOGIN → Edit')}
${drawList([
    ['Login initiated by', 'Either Okta or App'],
    ['Application visibility', 'Display application icon to users'],
    ['Login flow', 'Redirect to app to initiate login (OIDC Compliant)'],
    ['Initiate login URI', initiateLoginUri]
  ])}

  ${strong('4. On the tab Assignments')}: see that you are there.
`
}

/** The same as the questions, for whoever has no terminal to be asked in. */
export function describeCalls ({ gateway, operatorToken, connection }: Pick<Dev, 'gateway' | 'operatorToken' | 'connection'>): string {
  const base = `${gateway.url}/api/v1/tenants/${TENANT}`
  const call = (method: string, path: string, body: unknown) =>
    `  curl -sS -X ${method} '${base}${path}' -H 'authorization: Bearer ${operatorToken}' -H 'content-type: application/json' -d '${JSON.stringify(body)}'`
  return `
  ${strong('5. Tell the gateway')} ${quiet('with the Client ID and Client Secret of General → Client Credentials, and your own email domain')}
${[
    call('PATCH', `/connections/${connection.id}`, { oktaDomain: 'YOUR-COMPANY.okta.com', clientId: 'CLIENT-ID', clientSecret: 'CLIENT-SECRET', apply: 'now' }),
    call('POST', '/domains', { domain: 'EMAIL-DOMAIN' }),
    call('POST', '/domains/EMAIL-DOMAIN/verify', { provenance: 'operator' }),
    call('POST', `/connections/${connection.id}/verify`, { provenance: 'operator' }),
    call('POST', `/connections/${connection.id}/go-live`, {})
  ].join('\n')}
`
}

/** What a connection that is live is good for. */
export function describeDoors (url: string, { issuer }: DevConnection, domains: readonly string[]): string {
  return `
  ${strong('Connected.')} ${quiet(issuer)}

${drawList([
    [url, `the product: sign in as somebody@${domains.at(-1) ?? 'your-company'}`],
    [`${url}/auth/login?tenant=${TENANT}`, 'straight to your Okta'],
    [`${new URL(issuer).origin}/app/UserHome`, 'your Okta dashboard: the tile starts the sign-in from there']
  ])}

  ${quiet('To connect another Okta, or this one anew: npm run dev -- --again')}
`
}

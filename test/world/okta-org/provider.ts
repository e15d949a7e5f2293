// What of OpenID Connect is the library's part? Everything with a proof in it: codes, PKCE, client authentication, tokens.
import { randomBytes } from 'node:crypto'
import type OidcProvider from 'oidc-provider'
import type { Configuration } from 'oidc-provider'
import { exportJWK, generateKeyPair } from 'jose'
import { errors, interactionPolicy, Provider } from './library.ts'
import { createMemoryAdapter } from './memory-adapter.ts'
import { findByUsername, findPerson, isAssigned, subjectOf } from './organization.ts'
import type { Organization } from './organization.ts'
import { buildClaims, CLAIMS_BY_SCOPE } from './profile.ts'
import { errorPage } from './pages.ts'
import { explainAtToken, explainOnPage, NOT_ASSIGNED } from './wording.ts'

/** What a page or endpoint of the organisation is called with. */
export type OktaContext = Parameters<Parameters<OidcProvider['use']>[0]>[0]

export const SESSION_SECONDS = 2 * 60 * 60

async function configure (organization: Organization): Promise<Configuration> {
  // Cookies ignore ports, and every organisation is a port of the same host.
  const { port } = new URL(organization.issuer)
  const policy = interactionPolicy.base()
  policy.remove('consent')
  policy.get('login')?.checks.add(new interactionPolicy.Check('gone', 'the person has left', 'login_required', ctx =>
    ctx.oidc.session?.accountId !== undefined && findPerson(organization, ctx.oidc.session.accountId) === undefined))
  policy.get('login')?.checks.add(new interactionPolicy.Check('another', 'somebody else is hinted at', 'login_required', ctx => hintsAtAnother(organization, ctx.oidc)))
  // Never seen outside: ID tokens are signed again with the organisation's own keys.
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  return {
    jwks: { keys: [{ ...await exportJWK(privateKey), alg: 'ES256', use: 'sig' }] },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    adapter: createMemoryAdapter(organization),
    claims: CLAIMS_BY_SCOPE,
    conformIdTokenClaims: false,
    scopes: ['openid', 'email', 'profile', 'groups', 'address', 'phone'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'none'],
    cookies: {
      keys: [randomBytes(32).toString('base64url')],
      names: { session: `okta-session-${port}`, interaction: `okta-interaction-${port}`, resume: `okta-resume-${port}` },
      long: { httpOnly: true, sameSite: 'lax', path: '/' },
      short: { httpOnly: true, sameSite: 'lax' }
    },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      introspection: { enabled: true },
      revocation: { enabled: true },
      pushedAuthorizationRequests: { enabled: true }
    },
    findAccount: (_ctx, subject) => {
      const person = findPerson(organization, subject)
      return person === undefined ? undefined : { accountId: subject, claims: () => buildClaims(organization, person) }
    },
    interactions: { policy, url: (_ctx, interaction) => `/signin/${interaction.uid}` },
    // Nobody is asked for consent; whoever is not assigned is sent back.
    loadExistingGrant: async ctx => {
      const { client, session, provider } = ctx.oidc
      const person = findPerson(organization, session?.accountId)
      const app = organization.apps.get(client?.clientId ?? '')
      if (person === undefined || app === undefined || session?.accountId === undefined || ctx.oidc.promptPending('login') || hintsAtAnother(organization, ctx.oidc)) return undefined
      if (!isAssigned(app, person)) throw new errors.AccessDenied(NOT_ASSIGNED)
      const grant = new provider.Grant({ clientId: app.clientId, accountId: session.accountId })
      grant.addOIDCScope('openid email profile groups address phone')
      await grant.save()
      return grant
    },
    pkce: { required: (_ctx, client) => organization.apps.get(client.clientId)?.requirePkce === true },
    renderError: (ctx, _out, error) => {
      ctx.type = 'html'
      ctx.body = errorPage(organization, explainOnPage(error)).toString()
    },
    routes: {
      authorization: '/oauth2/v1/authorize',
      token: '/oauth2/v1/token',
      userinfo: '/oauth2/v1/userinfo',
      introspection: '/oauth2/v1/introspect',
      revocation: '/oauth2/v1/revoke',
      pushed_authorization_request: '/oauth2/v1/par',
      jwks: '/internal/keys'
    },
    ttl: { AuthorizationCode: 300, AccessToken: 3600, IdToken: 3600, Interaction: 3600, Session: SESSION_SECONDS, Grant: SESSION_SECONDS }
  }
}

// Whoever has just answered the question has been asked.
function hintsAtAnother (organization: Organization, { params, result, session }: OktaContext['oidc']): boolean {
  if (!organization.asksWhoeverIsHinted || result !== undefined || session?.accountId === undefined) return false
  const hinted = findByUsername(organization, String(params?.['login_hint']))
  return hinted !== undefined && session.accountId !== subjectOf(organization, hinted)
}

/** The library, set up as an Okta organisation behaves. */
export async function createProvider (organization: Organization): Promise<OidcProvider> {
  const provider = new Provider(organization.issuer, await configure(organization))
  const reword = (ctx: OktaContext, error: Error): void => {
    const description = explainAtToken(error)
    if (description !== undefined) ctx.body = { error: error.message, error_description: description }
  }
  // Two secrets are good while an admin changes them.
  Object.defineProperty(provider.Client.prototype, 'compareClientSecret', {
    value (this: { clientId: string }, secret: string) { return organization.apps.get(this.clientId)?.secrets.includes(secret) === true }
  })
  provider.on('grant.error', reword)
  provider.on('pushed_authorization_request.error', reword)
  return provider
}

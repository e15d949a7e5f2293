// Which of the organisation's paths answer as Okta does rather than as the library would?
import { randomBytes } from 'node:crypto'
import type Provider from 'oidc-provider'
import type { Visit } from './forms.ts'
import { buildMetadata, buildOrganizationDocument, errorEnvelope } from './metadata.ts'
import type { Organization } from './organization.ts'
import { CONTENT_SECURITY_POLICY, icon, missingPage, styleSheet } from './pages.ts'
import { rewriteIdToken } from './profile.ts'
import type { OktaContext } from './provider.ts'
import { createAdminConsole } from './admin-console.ts'
import { createSignIn } from './sign-in.ts'
import { BAD_CLIENT, BAD_STATE, CUSTOM_SCOPE, NOT_SIGNED_IN } from './wording.ts'

const SCOPES = ['openid', 'email', 'profile', 'address', 'phone', 'offline_access', 'groups']

/** Puts Okta's own answers in front of the library, and Okta's shape on what the library answers. */
export function addEndpoints (organization: Organization, provider: Provider): void {
  const pages = createSignIn(organization, provider)
  const console = createAdminConsole(organization)
  const discovery: Visit = ctx => {
    const clientId = ctx.query['client_id']
    const known = clientId === undefined || organization.apps.has(String(clientId))
    ctx.status = known ? 200 : 400
    ctx.body = known ? buildMetadata(organization) : errorEnvelope('invalid_client', BAD_CLIENT)
  }
  const answers: Record<string, Visit> = {
    'GET /': ctx => { ctx.redirect('/app/UserHome') },
    'GET /style.css': ctx => { ctx.type = 'css'; ctx.body = styleSheet(organization) },
    'GET /icon.svg': ctx => { ctx.type = 'image/svg+xml'; ctx.body = icon(organization) },
    'GET /.well-known/openid-configuration': discovery,
    'GET /.well-known/oauth-authorization-server': discovery,
    'GET /.well-known/okta-organization': ctx => { ctx.body = buildOrganizationDocument(organization) },
    'GET /oauth2/v1/keys': ctx => {
      ctx.set('cache-control', 'max-age=3832304, must-revalidate')
      ctx.body = organization.keys.published()
    },
    'GET /oauth2/v1/logout': pages.logout,
    'POST /oauth2/v1/logout': pages.logout,
    'GET /app/UserHome': pages.home,
    'GET /signin': pages.signIn,
    'POST /signin': pages.signIn,
    'POST /signout': pages.signOut,
    'GET /admin/apps': console.apps,
    'POST /admin/apps': console.create
  }

  provider.use(async (ctx, next) => {
    ctx.set('x-okta-request-id', randomBytes(12).toString('base64url'))
    ctx.set('date', organization.now().toUTCString())
    ctx.set('content-security-policy', CONTENT_SECURITY_POLICY)
    const answer = answers[`${ctx.method} ${ctx.path}`] ?? (ctx.path.startsWith('/signin/') ? pages.signIn : ctx.path.startsWith('/admin/apps/') ? (ctx.method === 'POST' ? console.change : console.app) : undefined)
    if (answer !== undefined) return await answer(ctx)
    const refused = ctx.path === '/oauth2/v1/authorize' ? refuseRequest(organization, new URLSearchParams(ctx.querystring)) : undefined
    if (refused !== undefined) return ctx.redirect(refused)
    await next()
    if (ctx.path === '/oauth2/v1/token') await reshapeTokens(organization, ctx)
    else if (ctx.path.startsWith('/oauth2/v1/authorize')) reshapeRedirect(organization, ctx)
    if (ctx.status === 404 && ctx.body === undefined && ctx.accepts('html') !== false) showMissing(organization, ctx)
  })
}

/** What Okta refuses and the library lets pass. Only somebody who may be sent back is sent back. */
function refuseRequest (organization: Organization, params: URLSearchParams): string | undefined {
  const redirectUri = params.get('redirect_uri') ?? ''
  const app = organization.apps.get(params.get('client_id') ?? '')
  if (app === undefined || !app.redirectUris.includes(redirectUri)) return undefined
  const state = params.get('state') ?? ''
  const refuse = (error: string, description: string): string => {
    const back = new URL(redirectUri)
    for (const [name, value] of Object.entries({ state, error, error_description: description })) if (value !== '') back.searchParams.set(name, value)
    return back.href
  }
  if (!/^[\w.,-]+$/.test(state)) return refuse('invalid_request', BAD_STATE)
  const custom = (params.get('scope') ?? '').split(' ').some(scope => scope !== '' && !SCOPES.includes(scope))
  return custom ? refuse('invalid_scope', CUSTOM_SCOPE) : undefined
}

function showMissing (organization: Organization, ctx: OktaContext): void {
  ctx.status = 404
  ctx.type = 'html'
  ctx.body = missingPage(organization).toString()
}

async function reshapeTokens (organization: Organization, ctx: OktaContext): Promise<void> {
  const { body } = ctx
  if (typeof body !== 'object' || body === null) return
  if ('id_token' in body && typeof body.id_token === 'string') {
    ctx.body = { ...body, id_token: await rewriteIdToken(organization, body.id_token, 'access_token' in body ? String(body.access_token) : '') }
  } else if ('error' in body && body.error === 'invalid_client' && !organization.apps.has(clientIdOf(ctx))) {
    ctx.status = 401
    ctx.body = errorEnvelope('invalid_client', BAD_CLIENT)
  }
}

function clientIdOf (ctx: OktaContext): string {
  const basic = /^basic (.+)$/i.exec(ctx.get('authorization'))?.[1]
  if (basic !== undefined) return Buffer.from(basic, 'base64').toString('utf8').split(':')[0] ?? ''
  return String(ctx.oidc.params?.['client_id'] ?? '')
}

/** The way back to the app, without what Okta does not send and in Okta's words. */
function reshapeRedirect (organization: Organization, ctx: OktaContext): void {
  const location = ctx.response.get('location')
  if (!/[?&](code|error)=/.test(location)) return
  const back = new URL(location)
  if (!organization.sendIss) back.searchParams.delete('iss')
  if (back.searchParams.get('error') === 'login_required') back.searchParams.set('error_description', NOT_SIGNED_IN)
  ctx.redirect(back.href)
}

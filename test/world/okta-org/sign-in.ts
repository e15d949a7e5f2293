// How does somebody sign in to the organisation, see their tiles and sign out? One session for the dashboard and for every app.
import type Provider from 'oidc-provider'
import { compactVerify, createLocalJWKSet, decodeJwt } from 'jose'
import { readForm, show, type Visit } from './forms.ts'
import { findByUsername, findPerson, subjectOf } from './organization.ts'
import type { Organization, Person } from './organization.ts'
import { dashboardPage, errorPage, signInPage } from './pages.ts'
import type { SignIn } from './pages.ts'
import { SESSION_SECONDS } from './provider.ts'
import type { OktaContext } from './provider.ts'
import { BAD_HINT, BAD_LOGOUT_URI } from './wording.ts'

const HOME = '/app/UserHome'

/** The pages with a person in front of them. */
export function createSignIn (organization: Organization, provider: Provider): Record<'home' | 'signIn' | 'signOut' | 'logout', Visit> {
  async function signedIn (ctx: OktaContext): Promise<Person | undefined> {
    return findPerson(organization, (await provider.Session.get(ctx)).accountId)
  }

  async function startSession (ctx: OktaContext, person: Person): Promise<void> {
    const session = await provider.Session.get(ctx)
    session.resetIdentifier()
    session.loginAccount({ accountId: subjectOf(organization, person) })
    await session.save(SESSION_SECONDS)
    ctx.cookies.set(provider.cookieName('session'), session.jti, { httpOnly: true, sameSite: 'lax', path: '/', overwrite: true })
  }

  async function endSession (ctx: OktaContext): Promise<void> {
    const session = await provider.Session.get(ctx)
    await session.destroy()
    ctx.cookies.set(provider.cookieName('session'), null, { path: '/', overwrite: true })
  }

  /** What the form is for: an app that waits for an answer, or the dashboard. */
  async function describeSignIn (ctx: OktaContext): Promise<SignIn | undefined> {
    if (ctx.path === '/signin') return { action: '/signin', app: undefined, username: undefined }
    try {
      const { params } = await provider.interactionDetails(ctx.req, ctx.res)
      const username = typeof params['login_hint'] === 'string' ? params['login_hint'] : undefined
      return { action: ctx.path, app: organization.apps.get(String(params['client_id'])), username }
    } catch {
      return undefined
    }
  }

  return {
    home: async ctx => {
      const person = await signedIn(ctx)
      if (person === undefined) ctx.redirect('/signin')
      else show(ctx, dashboardPage(organization, person))
    },

    signIn: async ctx => {
      const signIn = await describeSignIn(ctx)
      if (signIn === undefined) return show(ctx, errorPage(organization, 'This sign-in has expired. Start again at the app.'), 400)
      if (ctx.method !== 'POST') return show(ctx, signInPage(organization, signIn))
      const form = await readForm(ctx)
      const username = form.get('person') ?? form.get('username') ?? undefined
      const person = findByUsername(organization, username)
      if (person === undefined) return show(ctx, signInPage(organization, { ...signIn, username, problem: 'Unable to sign in' }))
      // The interaction first: it belongs to whoever was signed in when it began, and the session is about to change hands.
      const login = { accountId: subjectOf(organization, person) }
      const next = signIn.app === undefined ? HOME : await provider.interactionResult(ctx.req, ctx.res, { login }, { mergeWithLastSubmission: false })
      await startSession(ctx, person)
      ctx.redirect(next)
    },

    signOut: async ctx => {
      await endSession(ctx)
      ctx.redirect('/signin')
    },

    // OpenID Connect RP-Initiated Logout as Okta does it: without a question, and only with a hint.
    logout: async ctx => {
      const params = ctx.method === 'POST' ? await readForm(ctx) : new URLSearchParams(ctx.querystring)
      const hint = params.get('id_token_hint') ?? ''
      const target = params.get('post_logout_redirect_uri')
      try {
        await compactVerify(hint, createLocalJWKSet(organization.keys.published()), { algorithms: ['RS256'] }) // expired is fine
      } catch {
        return show(ctx, errorPage(organization, BAD_HINT), 400)
      }
      const app = organization.apps.get(String(decodeJwt(hint).aud))
      if (app === undefined) return show(ctx, errorPage(organization, BAD_HINT), 400)
      if (target !== null && app.postLogoutRedirectUris?.includes(target) !== true) return show(ctx, errorPage(organization, BAD_LOGOUT_URI), 400)
      await endSession(ctx)
      const next = target === null ? undefined : new URL(target)
      const state = params.get('state')
      if (state !== null) next?.searchParams.set('state', state)
      ctx.redirect(next?.href ?? '/signin')
    }
  }
}

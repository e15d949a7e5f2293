// Where does an Okta admin make an app? A console with the same fields as Okta's, on two pages, open to whoever runs the demo.
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { readForm, show, type Visit } from './forms.ts'
import { registerApp } from './organization.ts'
import type { Organization, RegisteredApp } from './organization.ts'
import { page } from './pages.ts'

/** The pages under /admin/apps. */
export function createAdminConsole (organization: Organization): Record<'apps' | 'create' | 'app' | 'change', Visit> {
  const found = (path: string) => organization.apps.get(path.split('/').at(-1) ?? '')
  return {
    apps: ctx => { show(ctx, appsPage(organization)) },

    create: async ctx => {
      const form = await readForm(ctx)
      const field = (name: string) => form.get(name)?.trim() ?? ''
      const app = registerApp(organization, { label: field('label') || 'My Web App', redirectUris: [field('redirect')], postLogoutRedirectUris: [field('logout')], initiateLoginUri: field('initiate') })
      ctx.redirect(`/admin/apps/${app.clientId}`)
    },

    app: ctx => {
      const app = found(ctx.path)
      if (app === undefined) ctx.redirect('/admin/apps')
      else show(ctx, appPage(organization, app))
    },

    change: async ctx => {
      const app = found(ctx.path)
      const jwksUri = (await readForm(ctx)).get('jwks')?.trim() ?? ''
      // Okta says no more of a wrong address than that nobody gets in later; here too.
      if (app !== undefined) organization.apps.set(app.clientId, { ...app, clientAuthentication: 'private_key_jwt', jwksUri })
      ctx.redirect(ctx.path)
    }
  }
}

const field = (label: string, name: string) => html`<label for="${name}">${label}</label><input id="${name}" name="${name}" required>`

function appsPage (organization: Organization): Html {
  const apps = [...organization.apps.values()].map(app => html`<li><a href="/admin/apps/${app.clientId}"><i class="initial" aria-hidden="true">${app.label[0]}</i>${app.label}</a></li>`)
  return page(organization, 'Admin Console', html`<main><form class="card" method="post" action="/admin/apps">
  <h1>Create App Integration</h1>
  <p class="lead">OIDC - OpenID Connect, Web Application</p>
  ${field('App integration name', 'label')}${field('Sign-in redirect URIs', 'redirect')}${field('Sign-out redirect URIs', 'logout')}${field('Initiate login URI', 'initiate')}
  <p class="lead">Login initiated by: Either Okta or App. Everyone in the organization is assigned.</p>
  <button class="next">Save</button>
</form><ul class="tiles">${apps}</ul></main>`)
}

function appPage (organization: Organization, app: RegisteredApp): Html {
  return page(organization, 'Admin Console', html`<main><form class="card" method="post" action="/admin/apps/${app.clientId}">
  <h1>${app.label}</h1>
  <h2>Client Credentials</h2>
  <p class="lead">Client ID: <code id="client-id">${app.clientId}</code></p>
  <p class="lead">Client authentication: ${app.clientAuthentication === 'private_key_jwt' ? html`Public key / Private key, from <code>${app.jwksUri}</code>` : 'Client secret'}</p>
  <h2>Public key / Private key</h2>
  ${field('Use a URL to fetch keys dynamically', 'jwks')}
  <button class="next">Save</button>
</form></main>`)
}

// Who is signed in? The plain page after a tile login that leads to no app.
import { html } from './html.ts'
import type { Html } from './html.ts'
import { page } from './layout.ts'
import type { Look } from './layout.ts'
import { formTokenField, links } from './links.ts'
import { webAddress } from './web-address.ts'

export interface SignedIn extends Look {
  readonly name: string
  readonly email: string
  readonly tenant: { readonly name: string }
  readonly apps: readonly { readonly name: string, readonly homeUrl: string | null }[]
  readonly formToken: string
}

/** Takes the person, their company and the apps they may open; returns the page. A single app is the strong button. */
export function signedInPage (data: SignedIn): string {
  const { brand, assets, tenant } = data
  return page({
    brand,
    assets,
    title: 'You are signed in',
    main: html`<div class="card">
<h1>You’re signed in</h1>
<dl class="facts">
<div><dt>Name</dt><dd><bdi>${data.name}</bdi></dd></div>
<div><dt>Email</dt><dd><bdi>${data.email}</bdi></dd></div>
<div><dt>Company</dt><dd><bdi>${tenant.name}</bdi></dd></div>
</dl>
${appLinks(data)}
<form method="post" action="${links.logout}"><input type="hidden" name="${formTokenField}" value="${data.formToken}">
<button class="button quiet" type="submit">Sign out</button></form>
</div>`
  })
}

function appLinks ({ apps }: SignedIn): Html {
  const open = apps.flatMap(app => {
    const homeUrl = webAddress(app.homeUrl)
    return homeUrl === null ? [] : [{ name: app.name, homeUrl }]
  })
  const [only, ...others] = open
  if (only === undefined) return html`<p class="lead">You can go back to where you were, or close this page.</p>`
  if (others.length === 0) return html`<a class="button" href="${only.homeUrl}">Open <bdi>${only.name}</bdi></a>`
  return html`<h2 id="apps">Your apps</h2>
<nav aria-labelledby="apps"><ul class="apps">${open.map(app => html`
<li><a href="${app.homeUrl}"><bdi>${app.name}</bdi></a></li>`)}
</ul></nav>`
}

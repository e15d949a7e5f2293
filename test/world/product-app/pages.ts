// What does the product look like? One page: a welcome for strangers, the desk of whoever is signed in.
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import type { Session } from './session.ts'

/** The product's own policy: its script and style, its own origin, nothing inline. */
export const CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

function page (name: string, body: Html, corner?: Html): Html {
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${name}</title>
<link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/product.css">
<header><a class="brand" href="/"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 2 21 20l-9-4-9 4z"/></svg>${name}</a>${corner}</header>
${body}
<footer>${name} is a small product that lives in this repository to show the gateway at work.</footer>
</html>
`
}

/** The browser's tab. */
export const ICON = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#0f9b83" d="M12 2 21 20l-9-4-9 4z"/></svg>\n'

/** Nobody is signed in. */
export function landingPage (name: string): Html {
  return page(name, html`<main class="hero"><h1>Supplies for people who think big.</h1>
  <p>Order, track and reorder — for your whole company.</p>
  <p><a class="button" href="/auth/login?return_to=/">Sign in</a></p></main>`,
  html`<a class="quiet" href="/auth/login?return_to=/">Sign in</a>`)
}

/** The gateway gave no clear answer. */
export function unavailablePage (name: string): Html {
  return page(name, html`<main class="hero"><h1>Signing in is not possible just now.</h1><p>Please try again in a moment.</p><p><a class="button" href="/">Try again</a></p></main>`)
}

/** An address that leads nowhere. */
export function missingPage (name: string): Html {
  return page(name, html`<main class="hero"><h1>There is nothing here.</h1><p>The address may be mistyped.</p><p><a class="button" href="/">Go to the start</a></p></main>`)
}

function fact (term: string, value: Html | string): Html {
  return html`<div><dt>${term}</dt><dd>${value}</dd></div>`
}

/** The desk of a member: who the gateway says it is, and the button that calls the API. */
export function deskPage (name: string, { member, tenant, roles, expiresAt, logoutUrl }: Session, app: string): Html {
  const until = expiresAt === '' ? 'unknown' : html`<time datetime="${expiresAt}">${expiresAt.slice(0, 16).replace('T', ' ')} UTC</time>`
  const given = roles.length === 0 ? html`<span class="quiet">none</span>` : html`${roles.map(role => html`<span class="tag">${role}</span> `)}`
  return page(name, html`<main>
  <h1>Hello, ${member.name === '' ? member.email : member.name.split(' ')[0]}</h1>
  <section class="card"><h2>Signed in</h2>
    <dl>${fact('Company', html`<b>${tenant.name}</b> <span class="tag">${tenant.slug}</span>`)}${fact('Name', member.name)}${fact('Email', member.email)}${fact('Roles', given)}${fact('Until', until)}</dl>
  </section>
  <section class="card"><h2>Orders</h2>
    <p class="quiet">The button asks the gateway for an access token and calls this product’s own API with it.</p>
    <noscript><p class="problem">The call is made by a script, and your browser runs none.</p></noscript>
    <button class="button" id="load" data-app="${app}">Call the API</button>
    <p id="problem" role="alert" hidden></p>
    <div id="orders" hidden><table><thead><tr><th>Order</th><th>Item</th><th class="number">Quantity</th><th>Status</th></tr></thead><tbody></tbody></table></div>
  </section>
  <section class="card" id="token" hidden><h2>The access token</h2>
    <p class="quiet">Signed by the gateway, for this product alone, for <span id="lifetime"></span>.</p>
    <h3>Header</h3><pre id="token-header"></pre><h3>Claims</h3><pre id="token-claims"></pre>
  </section>
</main>
<script src="/product.js" type="module"></script>`, html`<a class="quiet" href="${logoutUrl}">Sign out</a>`)
}

// What do people see at the organisation? A sign-in page, a dashboard of tiles, and a page for what cannot be sent back.
import { readFileSync } from 'node:fs'
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { isAssigned } from './organization.ts'
import type { Organization, Person, RegisteredApp } from './organization.ts'

const STYLE = readFileSync(new URL('okta-org.css', import.meta.url), 'utf8')

/** The pages need nothing but their style sheet, and are never framed. */
export const CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"

/** The style sheet in the organisation's colour. */
export function styleSheet ({ brandColour }: Organization): string {
  return `:root { --brand: ${brandColour} }\n${STYLE}`
}

/** The browser's tab: the organisation's initial on its colour. */
export function icon ({ brandColour, label }: Organization): string {
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="${brandColour}"/><text x="16" y="23" font-family="sans-serif" font-size="20" font-weight="700" fill="#fff" text-anchor="middle">${label[0]}</text></svg>\n`.toString()
}

export function page (organization: Organization, title: string, body: Html, person?: Person): Html {
  const signOut = person === undefined ? undefined : html`<form method="post" action="/signout"><button>Sign out ${person.name}</button></form>`
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${organization.label} — ${title} (Okta stand-in)</title>
<link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/style.css">
<header class="band"><i class="initial" aria-hidden="true">${organization.label[0]}</i><b>${organization.label}</b><span>${title} (Okta stand-in)</span>${signOut}</header>
${body}
<footer>A stand-in for Okta on your own machine. Nobody has a password here.</footer>
</html>
`
}

export interface SignIn {
  /** Where the form goes. */
  action: string
  /** The app somebody is on the way to. */
  app: RegisteredApp | undefined
  username: string | undefined
  problem?: string | undefined
}

/** Type a user name, or pick a person: one click signs in. */
export function signInPage (organization: Organization, { action, app, username, problem }: SignIn): Html {
  const people = organization.people.map(person => html`<li><button name="person" value="${person.email}" formnovalidate>
    <i aria-hidden="true">${person.name[0]}</i><b>Sign in as ${person.name.split(' ')[0]}</b><small>${person.email}${app === undefined || isAssigned(app, person) ? '' : ` · not assigned to ${app.label}`}</small></button></li>`)
  return page(organization, 'sign-in', html`<main><form class="card" method="post" action="${action}">
  <h1>Sign in to ${organization.label}</h1>
  <p class="lead">${app === undefined ? 'to see your apps' : html`to continue to <b>${app.label}</b>`}</p>
  ${problem === undefined ? undefined : html`<p class="problem" role="alert">${problem}</p>`}
  <label for="username">Username</label>
  <input id="username" name="username" autocomplete="username" value="${username}" required>
  <button class="next">Next</button>
  <h2>Or pick a person of this demo</h2>
  <ul class="people">${people}</ul>
</form></main>`)
}

function tile (organization: Organization, app: RegisteredApp): Html | undefined {
  if (app.initiateLoginUri === undefined) return undefined
  const link = new URL(app.initiateLoginUri)
  link.searchParams.set('iss', organization.issuer)
  return html`<li><a href="${link.href}"><i class="initial" aria-hidden="true">${app.label[0]}</i>${app.label}</a></li>`
}

/** The tiles of the apps a person has. */
export function dashboardPage (organization: Organization, person: Person): Html {
  const apps = [...organization.apps.values()].filter(app => isAssigned(app, person))
  const lead = apps.length === 0 ? 'Nobody has assigned an app to you yet.' : 'Click a tile and you are signed in to the app.'
  return page(organization, 'dashboard', html`<main class="wide"><h1>My apps</h1><p class="lead">${lead}</p>
  <ul class="tiles">${apps.map(app => tile(organization, app))}</ul></main>`, person)
}

/** An address that leads nowhere. */
export function missingPage (organization: Organization): Html {
  return page(organization, 'error 404', html`<main><div class="card"><h1>Page not found</h1><p class="lead">The address may be mistyped. <a href="/app/UserHome">Go to your dashboard</a></p></div></main>`)
}

/** Okta's end of the road: the browser is not sent back. */
export function errorPage (organization: Organization, sentence: string): Html {
  return page(organization, 'error 400', html`<main><div class="card"><h1>400 Bad Request</h1><p class="problem" role="alert">${sentence}</p><p class="lead">Your request resulted in an error. Tell the administrator of ${organization.label}.</p></div></main>`)
}

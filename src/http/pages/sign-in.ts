// Where does a person say who they are? One field, and a button that takes them to their company's Okta.
import { html } from './html.ts'
import { formTokenField, links } from './links.ts'
import { page } from './layout.ts'
import type { Look } from './layout.ts'
import { webAddress } from './web-address.ts'

export interface SignIn extends Look {
  readonly email?: string | undefined
  readonly returnTo?: string | undefined
  readonly app?: string | undefined
  /** What an app's own host has asked for, said again by the form. */
  readonly hop?: string | undefined
  /** When it is known whose people these are. */
  readonly tenant?: { readonly name: string } | undefined
  /** One plain sentence, shown at the field. */
  readonly error?: string | undefined
  /** The product's other login, for those whose company has no Okta here. */
  readonly fallbackUrl?: string | null | undefined
  readonly formToken?: string | undefined
}

/** Takes what is known already; returns the page whose form posts `email`, `return_to` and `app` to the login. */
export function signInPage (data: SignIn): string {
  const { brand, assets, tenant, error } = data
  const heading = `Sign in to ${brand.name}`
  const company = tenant === undefined ? 'Your company' : html`<b><bdi>${tenant.name}</bdi></b>`
  const fallbackUrl = webAddress(data.fallbackUrl)
  return page({
    brand,
    assets,
    title: error === undefined ? heading : `Error: ${heading}`,
    footer: html`Only your company asks for your password. <bdi>${brand.name}</bdi> never does.`,
    main: html`<div class="card">
<h1>Sign in to <bdi>${brand.name}</bdi></h1>
<p class="lead">${company} signs you in with Okta. Enter your work email and we’ll take you there.</p>
<form method="post" action="${links.login}">
${hidden('return_to', data.returnTo)}${hidden('app', data.app)}${hidden('hop', data.hop)}${hidden(formTokenField, data.formToken)}
<label for="email">Work email</label>
<input id="email" type="email" name="email" value="${data.email}" maxlength="254" autocomplete="username" autocapitalize="none" spellcheck="false" dir="ltr" required autofocus${error !== undefined && html` aria-invalid="true" aria-describedby="email-error"`}>
${error !== undefined && html`<p class="error" id="email-error" role="alert">${error}</p>`}
<button class="button" type="submit">Continue with Okta</button>
</form>
${fallbackUrl !== null && html`<p class="aside">Does your company not use Okta here yet? <a href="${fallbackUrl}">Sign in another way</a></p>`}
</div>`
  })
}

function hidden (name: string, value: string | undefined) {
  return value !== undefined && html`<input type="hidden" name="${name}" value="${value}">`
}

// What does the admin click in Okta? The screens in their order, with every value to copy, and two ways without clicking.
import { html } from '../html.ts'
import { links } from '../links.ts'
import { webAddress } from '../web-address.ts'
import { copyValue, liveNote, pick, screen, setupPage, stepUrl } from './frame.ts'
import type { Frame } from './frame.ts'

export interface AppStep extends Frame {
  readonly host: string
  /** Null where the address of the Admin Console is not known. */
  readonly adminUrl: string | null
  readonly redirectUri: string
  readonly initiateLoginUri: string
  readonly postLogoutRedirectUri: string
  /** The origin that Okta may ask for base URIs and the like. */
  readonly name: string
}

export function appPage (data: AppStep): string {
  const adminUrl = webAddress(data.adminUrl)
  const console = html`<b><bdi>${data.host}</bdi></b>`
  return setupPage(data, 'app', 'Create the app in Okta', html`<h1>Create the app in Okta</h1>
<p class="lead">Three screens. Choose what is marked, copy what stands in a box, and leave everything else as it is.</p>
${liveNote(data)}
<h2>1. Begin</h2>
<p>${adminUrl === null ? html`In the Admin Console of ${console}` : html`In the <a href="${adminUrl}" target="_blank" rel="noopener">Admin Console</a> of ${console}`}: <b>Applications → Applications → Create App Integration</b>.</p>
${screen('Create a new app integration', [
  ['Sign-in method', pick('OIDC - OpenID Connect')],
  ['Application type', pick('Web Application')]
])}
<h2>2. Name and addresses</h2>
${screen('New Web App Integration', [
  ['App integration name', copyValue('app integration name', data.name)],
  ['Grant type', html`${pick('Authorization Code')} and no other`],
  ['Sign-in redirect URIs', copyValue('sign-in redirect URI', data.redirectUri)],
  ['Sign-out redirect URIs', copyValue('sign-out redirect URI', data.postLogoutRedirectUri)],
  ['Controlled access', html`${pick('Limit access to selected groups')} or ${pick('Allow everyone in your organization to access')}`],
  ['Federation Broker Mode', html`${pick('off')} With it on, nobody has a tile and assignments count for nothing.`]
])}
<p>Save. Whoever shall sign in is assigned to the app under <b>Assignments</b>; assign yourself, for the test.</p>
<h2>3. The tile</h2>
<p>On the new app: <b>General → General Settings → Edit</b>, at <b>Login</b>.</p>
${screen('General Settings · Login', [
  ['Login initiated by', pick('Either Okta or App')],
  ['Application visibility', pick('Display application icon to users')],
  ['Login flow', pick('Redirect to app to initiate login (OIDC Compliant)')],
  ['Initiate login URI', copyValue('initiate login URI', data.initiateLoginUri)]
])}
<p class="note">Rather not click? <a href="${links.setup}/okta-app.tf" download>Terraform file</a> or <a href="${links.setup}/create-okta-app.sh" download>shell script</a>: they make the app with these values on your own machine and print its client id. Your Okta token never reaches us.</p>
<div class="row"><a class="button quiet" href="${stepUrl('okta')}">Back</a><a class="button" href="${stepUrl('credentials')}">I’ve created it</a></div>`)
}

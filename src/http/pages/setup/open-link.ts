// What does somebody see who follows a setup link? Whose it is and what for, and one button; looking at it changes nothing.
import { html } from '../html.ts'
import { page } from '../layout.ts'
import type { Look } from '../layout.ts'
import { utcWords } from '../reference.ts'

export interface OpenLink extends Look {
  readonly company: string
  readonly domainsOnly: boolean
  /** For whom the link was made, if anybody said so. */
  readonly email: string | null
  readonly until: Date
  /** How many days the setup stays open. */
  readonly days: number
  /** Where the form leads: the link itself. */
  readonly action: string
  /** What makes a second click of the same browser the first one again. */
  readonly browser: string
}

/** Takes what the link is for; returns the page whose form opens it. */
export function openLinkPage (data: OpenLink): string {
  const { brand, assets, company, domainsOnly, email } = data
  const what = domainsOnly ? html`Prove the email domains of <bdi>${company}</bdi>` : html`Connect <bdi>${company}</bdi>’s Okta to <bdi>${brand.name}</bdi>`
  return page({
    brand,
    assets,
    title: domainsOnly ? 'Prove your email domains' : 'Connect your Okta',
    footer: 'Nothing secret is shown in this setup, and no password is asked for.',
    main: html`<div class="card">
<h1>${what}</h1>
<p class="lead">${domainsOnly
  ? html`A colleague has handed you one step: a DNS record for each domain. It takes two minutes, and DNS a while longer.`
  : html`It takes about five minutes. Nobody’s sign-in changes before you have tried it and <bdi>${brand.name}</bdi> has switched it on.`}</p>
<dl class="facts">
<div><dt>Company</dt><dd><b><bdi>${company}</bdi></b></dd></div>
${email !== null && html`<div><dt>For</dt><dd><bdi>${email}</bdi></dd></div>
`}<div><dt>Open by</dt><dd><time datetime="${data.until.toISOString()}">${utcWords(data.until)}</time></dd></div>
<div><dt>You need</dt><dd>${domainsOnly ? 'Somebody who can add DNS records' : 'An Okta admin who may create apps. DNS records can be handed to a colleague later.'}</dd></div>
</dl>
<form method="post" action="${data.action}">
<input type="hidden" name="browser" value="${data.browser}">
<button class="button" type="submit">Start here</button>
</form>
<p class="aside">The link opens once, in this browser, where you can stop and go on for ${data.days} days. Is it not for you? Then close this page: nothing has happened.</p>
</div>`
  })
}

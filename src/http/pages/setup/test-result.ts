// How did the test sign-in go? For the admin who made it: who it would have been, what would stand in the way, and what Okta said.
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { page } from '../layout.ts'
import type { Look } from '../layout.ts'
import { referenceLine } from '../reference.ts'
import { webAddress } from '../web-address.ts'
import { whoActs } from '../who-acts.ts'
import type { Action } from '../who-acts.ts'

export interface TestResult extends Look {
  readonly tenant: { readonly name: string }
  /** Of the Okta that answered. */
  readonly host: string
  /** Whom a real sign-in would have let in; null when nobody. */
  readonly person: { readonly name: string, readonly email: string, readonly roles: readonly string[], readonly how: 'known' | 'link' | 'create' } | null
  /** What would have kept them out, in our own words. */
  readonly obstacle: { readonly headline: string, readonly sentence: string, readonly actions: readonly Action[] } | null
  /** What Okta left out that a member needs. */
  readonly missing: ReadonlyArray<'email' | 'name'>
  readonly claims: readonly { readonly name: string, readonly value: string, readonly from: 'id-token' | 'userinfo' }[]
  /** What groups make of the roles; null where none are mapped. The advice is there where they could not be read. */
  readonly groups: { readonly claim: string, readonly matched: readonly string[], readonly others: number, readonly advice: string | null } | null
  readonly setupUrl: string
  readonly reference: string
  readonly at: Date
}

const hows = {
  known: 'Has signed in with this Okta account before.',
  link: 'Is expected: the first real sign-in links this Okta account to the member.',
  create: 'Is new: the first real sign-in makes the member.'
}
const sources = { 'id-token': 'ID token', userinfo: 'userinfo' }

/** Takes the report of a test; returns the page. What Okta said of the person is on it and is kept nowhere. */
export function testResultPage (data: TestResult): string {
  const { brand, assets, tenant, person, obstacle, missing, groups } = data
  const setupUrl = webAddress(data.setupUrl)
  return page({
    brand,
    assets,
    title: person === null ? 'The connection works, with one thing to do' : 'The test sign-in worked',
    footer: `${tenant.name} · ${data.host}`,
    main: html`<div class="card">
<h1>${person === null ? 'The connection works. This person would not get in yet.' : 'The test sign-in worked'}</h1>
<p class="lead">Okta and <bdi>${brand.name}</bdi> understand each other. This was a test: nobody was signed in, and nothing below was stored.</p>
<ul class="checks">
<li class="ok"><span>✓</span><span><bdi>${data.host}</bdi> took us for who we are, and its signature is right</span></li>
${missing.map(name => html`<li class="maybe"><span>!</span><span>Okta did not tell the ${name}</span></li>`)}
${groups !== null && html`<li class="${groups.advice === null ? 'ok' : 'maybe'}"><span>${groups.advice === null ? '✓' : '!'}</span><span>${groups.advice === null ? 'The groups were read' : 'The groups could not be read: nobody gets a role from a group'}</span></li>`}
<li class="${person === null ? 'no' : 'ok'}"><span>${person === null ? '✕' : '✓'}</span><span>${person === null ? obstacle?.headline ?? 'This person would not get in' : 'This person would get in'}</span></li>
</ul>
${person !== null && who(person, groups)}
${groups !== null && groups.advice !== null && html`<p class="note">${groups.advice}</p>`}
${obstacle !== null && html`<p class="note bad">${obstacle.sentence}</p>
${whoActs(obstacle.actions, brand)}`}
${setupUrl !== null && html`<a class="button" href="${setupUrl}">Back to the setup</a>`}
<h2>What Okta told us</h2>
<dl class="facts">${data.claims.map(({ name, value, from }) => html`
<div><dt><code>${name}</code></dt><dd><bdi>${value}</bdi> <span class="hint">${sources[from]}</span></dd></div>`)}
</dl>
${referenceLine(data.reference, data.at)}
</div>`
  })
}

function who ({ name, email, roles, how }: NonNullable<TestResult['person']>, groups: TestResult['groups']): Html {
  return html`<h2>Who this would be</h2>
<dl class="facts">
<div><dt>Name</dt><dd><bdi>${name}</bdi></dd></div>
<div><dt>Email</dt><dd><bdi>${email}</bdi></dd></div>
<div><dt>Roles</dt><dd><bdi>${roles.length === 0 ? 'none' : roles.join(', ')}</bdi></dd></div>
${groups !== null && html`<div><dt>Groups</dt><dd><bdi>${groups.matched.length === 0 ? 'none that gives a role' : groups.matched.join(', ')}</bdi>${groups.others > 0 && html` <span class="hint">and ${groups.others} without a meaning here</span>`}</dd></div>
`}<div><dt>Member</dt><dd>${hows[how]}</dd></div>
</dl>`
}

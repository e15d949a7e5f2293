// Does it work for a person? A real sign-in by the admin, that can become no session.
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { utcWords } from '../reference.ts'
import { links } from '../links.ts'
import { liveNote, proof, setupPage, stepUrl } from './frame.ts'
import type { Frame } from './frame.ts'

export interface TestStep extends Frame {
  readonly host: string
  readonly testedAt: Date | null
  readonly ready: boolean
  /** Why the settings that wait were not taken over a moment ago; null where nobody asked for that. */
  readonly refused: 'nothing-waits' | 'edited' | 'connected-elsewhere' | null
}

const refusals: Readonly<Record<NonNullable<TestStep['refused']>, (step: TestStep) => Html>> = {
  'nothing-waits': () => html`Nothing waits any more: somebody has taken these settings over meanwhile, or dropped them. What you see is what people sign in through now.`,
  edited: () => html`Nothing was taken over: the settings were changed after they had been tested. Test them again as they are now, and use them then.`,
  'connected-elsewhere': ({ brand }) => html`Nothing was taken over: another connection of yours has come to use this app in Okta. Hand over a different app, or ask <bdi>${brand.name}</bdi> to retire the other connection.`
}

export function testPage (data: TestStep): string {
  const { testedAt, ready, refused } = data
  const takesOver = data.waits && !data.locked && testedAt !== null
  return setupPage(data, 'test', refused === null ? 'Test sign-in' : 'Error: Test sign-in', html`<h1>${testedAt === null ? 'Sign in once, as a test' : 'The test sign-in has passed'}</h1>
<p class="lead">You go to <b><bdi>${data.host}</bdi></b> and come back. Nobody is signed in by it: you see what Okta tells about you, and what would happen.</p>
${refused !== null && html`<p class="error" role="alert">${refusals[refused](data)}</p>`}
${liveNote(data)}
${testedAt !== null && html`<p class="note good">Passed <time datetime="${testedAt.toISOString()}">${utcWords(testedAt)}</time>, with the settings as they are now.</p>`}
${ready && testedAt === null && html`<p class="note">Okta lets in only who is assigned to the app: on the app, <b>Assignments → Assign</b>.</p>`}
${ready
  ? html`<form method="post" action="${stepUrl('test')}">
${proof(data)}
<div class="row">${testedAt === null
  ? html`<a class="button quiet" href="${stepUrl('preflight')}">Back</a><button class="button" type="submit">Test sign-in with Okta</button>`
  : html`<button class="button quiet" type="submit">Test again</button>${!takesOver && html`<a class="button" href="${stepUrl('domains')}">Go on: Your domains</a>`}`}</div>
</form>${takesOver && html`
<form method="post" action="${links.setup}/take-over">
${proof(data)}
<div class="row"><button class="button" type="submit">Use these settings now</button></div>
</form>`}`
  : html`<div class="row"><a class="button" href="${stepUrl('credentials')}">Hand over the client id first</a></div>`}`)
}

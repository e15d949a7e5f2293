// How does a connection go live without locking anybody out? Who will find the door shut, and each move that is open now.
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { links } from '../links.ts'
import { deed, operatorPage, proof, trail } from './frame.ts'
import type { OperatorFrame } from './frame.ts'
import { type ConnectionCard, connectionFacts } from './tenant.ts'

export interface Affected { readonly count: number, readonly first: readonly { readonly id: string, readonly email: string }[] }

export interface OperatorRollOut extends OperatorFrame {
  readonly tenant: { readonly slug: string, readonly name: string }
  readonly connection: ConnectionCard
  readonly pilotEmails: readonly string[]
  readonly report: { readonly members: number, readonly outsideDomains: Affected, readonly neverSignedIn: Affected, readonly linkedElsewhere: Affected, readonly otherEmailInOkta: Affected, readonly inOtherTenants: Affected }
  readonly done: string | null
}

/** A move that is asked about once more, on a page of its own. */
export type GraveMove = 'verify' | 'go-live' | 'rollback' | 'retire'

const shown = 10
const groups: ReadonlyArray<readonly [keyof Omit<OperatorRollOut['report'], 'members'>, string, string]> = [
  ['outsideDomains', 'Will find the door shut', 'Their address is in no proven domain: invite them.'],
  ['linkedElsewhere', 'Are linked to another connection only', 'They need a fresh invitation.'],
  ['neverSignedIn', 'Have never signed in with Okta', 'They get in if they are assigned in Okta.'],
  ['otherEmailInOkta', 'Have another address at Okta', 'They get in all the same.'],
  ['inOtherTenants', 'Are members of another customer too', 'Ask which product they mean, when they call.']
]

export function operatorRollOutPage (data: OperatorRollOut): string {
  const { tenant, connection, report, may, done } = data
  const path = `/tenants/${tenant.slug}/connections/${connection.id}`
  return operatorPage(data, 'customers', `Connection to ${connection.host}`, html`<div class="card">
${trail(['Customers', '/tenants'], [tenant.name, `/tenants/${tenant.slug}`])}
<h1>Connection to <bdi>${connection.host}</bdi></h1>
${done !== null && html`<p class="note good" role="status">${done}</p>`}
${connectionFacts(connection)}
${may.support && connection.state !== 'retired' && deed(data, `${path}/preflight`, 'Check now')}
</div>
<section class="card"><h2>Who is concerned, of ${report.members} members</h2>
<ul class="checks">${groups.map(([name, label, advice]) => group(tenant.slug, report[name], label, advice, name === 'outsideDomains'))}
</ul></section>
${may.admin ? moves(data, path) : html`<p class="note">Your key may look at it only. Taking it live needs one for everything.</p>`}`)
}

function group (slug: string, { count, first }: Affected, label: string, advice: string, grave: boolean): Html {
  const [kind, mark] = count === 0 ? ['ok', '✓'] : grave ? ['no', '✕'] : ['maybe', '!']
  return html`
<li class="${kind}"><span aria-hidden="true">${mark}</span><span>${label}</span><span class="state">${count === 0 ? 'nobody' : count}</span>${count > 0 && html`<small>${advice} ${first.slice(0, shown).map(({ id, email }, place) => html`${place > 0 && ', '}<a href="${links.operator}/tenants/${slug}/members/${id}"><bdi>${email}</bdi></a>`)}${count > shown && ` and ${count - shown} more`}</small>`}</li>`
}

function moves (data: OperatorRollOut, path: string): Html {
  const { connection: { state, testedAt, goLiveAt } } = data
  const ready = state === 'verified' || state === 'pilot'
  const ask = (move: GraveMove, label: string, strong = false) => html`<a class="button${!strong && ' quiet'}" href="${links.operator}${path}/${move}">${label}</a>`
  return html`<section class="card"><h2>What can be done</h2>
${state === 'draft' && (testedAt === null ? html`<p class="hint">No test sign-in has passed yet. Their admin makes one in the setup.</p>${ask('verify', 'Verify it on your word')}` : deed(data, `${path}/verify`, 'Verify it on the test sign-in', 'strong'))}
${ready && html`${ask('go-live', 'Go live now', true)}${pilot(data, path)}${schedule(data, path)}`}
${goLiveAt !== null && deed(data, `${path}/unschedule`, 'Give the plan up')}
${state === 'live' && ask('rollback', 'Roll the go-live back')}
${state === 'retired' ? html`<p class="hint">Nothing: a retired connection stays so.</p>` : ask('retire', 'Retire')}
</section>`
}

function pilot (data: OperatorRollOut, path: string): Html {
  return html`<h3>Let a few people try it</h3>
<form method="post" action="${links.operator}${path}/pilot">
${proof(data)}
<label for="emails">Their addresses</label>
<input id="emails" type="text" name="emails" value="${data.pilotEmails.join(', ')}" maxlength="20000" autocomplete="off" autocapitalize="none" spellcheck="false" dir="ltr" placeholder="ada@acme.com, bob@acme.com" required>
<button class="button quiet" type="submit">${data.connection.state === 'pilot' ? 'Change the pilot' : 'Open the pilot'}</button>
</form>`
}

function schedule (data: OperatorRollOut, path: string): Html {
  return html`<h3>Go live later</h3>
<form method="post" action="${links.operator}${path}/schedule">
${proof(data)}
<div class="moment"><p><label for="day">Day</label><input id="day" type="date" name="day" required></p>
<p><label for="time">Time</label><input id="time" type="time" name="time" required></p>
<p><label for="zone">Before or after UTC</label><input id="zone" type="text" name="zone" value="+00:00" maxlength="6" pattern="[+\\-][0-9]{2}:[0-9]{2}" autocomplete="off" aria-describedby="zone-hint" required></p></div>
<p class="hint" id="zone-hint">+00:00 is UTC. Central Europe is +01:00 in winter and +02:00 in summer, New York -05:00 and -04:00.</p>
<button class="button quiet" type="submit">Plan it</button>
</form>`
}

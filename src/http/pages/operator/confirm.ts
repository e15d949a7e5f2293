// Is that really meant? What a move does, to whom, and whether it can be undone; one button does it.
import { html } from '../html.ts'
import { links } from '../links.ts'
import { operatorPage, proof, trail } from './frame.ts'
import type { OperatorFrame } from './frame.ts'
import type { GraveMove } from './roll-out.ts'

export interface OperatorConfirm extends OperatorFrame {
  readonly tenant: { readonly slug: string, readonly name: string }
  readonly connection: { readonly id: string, readonly host: string }
  readonly move: GraveMove
  /** How many members will find the door shut. */
  readonly shutOut: number
  /** Whether the last check has found something wrong. */
  readonly checkFailed: boolean
}

const words: Readonly<Record<GraveMove, readonly [title: string, what: string, undo: string, button: string]>> = {
  verify: ['Verify it on your word?', 'Nobody has seen a sign-in through it work. Your word is written down.', 'An edit of its settings makes it a draft again.', 'Verify it on my word'],
  'go-live': ['Go live now?', 'From this moment everybody with an address of the company’s domains is sent to its Okta.', 'It can be rolled back with one click: then it is as it was before.', 'Go live now'],
  rollback: ['Roll the go-live back?', 'Who gets in through it is as it was before it went live. Whoever is not one of them is signed out at their next request.', 'It can go live again.', 'Roll it back'],
  retire: ['Retire it for good?', 'Nobody gets in through it any more, and whoever did is signed out at their next request.', 'This cannot be undone: another connection has to be set up.', 'Retire it for good']
}

export function operatorConfirmPage (data: OperatorConfirm): string {
  const { tenant, connection, move, shutOut, checkFailed } = data
  const [title, what, undo, button] = words[move]
  const path = `${links.operator}/tenants/${tenant.slug}/connections/${connection.id}`
  return operatorPage(data, 'customers', title, html`<div class="card">
${trail(['Customers', '/tenants'], [tenant.name, `/tenants/${tenant.slug}`], [connection.host, `/tenants/${tenant.slug}/connections/${connection.id}`])}
<h1>${title}</h1>
<p class="lead">It is the connection of <b><bdi>${tenant.name}</bdi></b> to <b><bdi>${connection.host}</bdi></b>.</p>
<p class="note${move === 'retire' && ' bad'}">${what} ${undo}</p>
${move === 'go-live' && shutOut > 0 && html`<p class="note warn">${shutOut === 1 ? 'One member' : `${shutOut} members`} will find the door shut, because their address is in no proven domain.</p>`}
${move === 'go-live' && checkFailed && html`<p class="note bad">The last check found something wrong. <a href="${path}">See what it is</a> before you go on.</p>`}
<form method="post" action="${path}/${move}">
${proof(data)}
<div class="row"><a class="button quiet" href="${path}">Leave it as it is</a><button class="button" type="submit">${button}</button></div>
</form>
</div>`)
}

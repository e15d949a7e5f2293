// How does a developer tell the gateway about their Okta? Four questions; the API judges each answer, and its own words explain.
import type { Answered, RunningGateway } from '../world/gateway.ts'
import { readConnection, TENANT } from './dev-connection.ts'
import { quiet } from './table.ts'

export interface Dialogue {
  /** @param hidden whether what is typed is not shown. Null when there will be no more answers. */
  ask (question: string, hidden?: boolean): Promise<string | null>
  say (text: string): void
}

type Api = Pick<RunningGateway, 'api'>

/** Asks until every answer is accepted, and takes the connection live. False when the person left before that. */
export async function connectOkta (gateway: Api, id: string, dialogue: Dialogue): Promise<boolean> {
  const path = `/tenants/${TENANT}/connections/${id}`
  // At once, also where people sign in through it: here that is the developer alone.
  const save = (field: string) => async (typed: string) => await gateway.api('PATCH', path, { [field]: typed, apply: 'now' })
  const questions: readonly (readonly [question: string, send: (typed: string) => Promise<Answered>, hidden?: boolean])[] = [
    ['Okta domain (as in your-company.okta.com)', save('oktaDomain')],
    ['Client ID', save('clientId')],
    ['Client Secret (not shown)', save('clientSecret'), true],
    ['Email domain of those who sign in (as in your-company.com)', async typed => await openDomain(gateway, typed)]
  ]
  for (const [question, send, hidden] of questions) {
    if (!await askUntilAccepted(dialogue, question, send, hidden)) return false
  }
  const { state } = await readConnection(gateway, id)
  if (state === 'draft') await gateway.api('POST', `${path}/verify`, { provenance: 'operator' })
  const live = state === 'live' || await gateway.api('POST', `${path}/go-live`, {}).then(accepted => accepted.status < 300)
  if (!live) dialogue.say('  The connection could not be taken live.')
  return live
}

async function askUntilAccepted ({ ask, say }: Dialogue, question: string, send: (typed: string) => Promise<Answered>, hidden = false): Promise<boolean> {
  for (;;) {
    const typed = await ask(`  ${question}: `, hidden)
    if (typed === null) return false
    if (typed.trim() === '') continue
    const answer = await send(typed)
    for (const sentence of answer.status < 300 ? listOf(answer.body['notes']) : explain(answer.body)) say(`    ${quiet(sentence)}`)
    if (answer.status < 300) return true
  }
}

// Whoever types their whole address has said the domain too.
async function openDomain (gateway: Api, typed: string): Promise<Answered> {
  const claimed = await gateway.api('POST', `/tenants/${TENANT}/domains`, { domain: typed.replace(/^.*@/s, '') })
  if (claimed.status >= 300) return claimed
  return await gateway.api('POST', `/tenants/${TENANT}/domains/${encodeURIComponent(String(claimed.body['domain']))}/verify`, { provenance: 'operator' })
}

/** A problem in its own words, without the name of the field: that was the question. */
function explain ({ title, detail, errors }: Record<string, unknown>): string[] {
  const faults = Array.isArray(errors) ? errors.map((fault: unknown) => typeof fault === 'object' && fault !== null ? String(Reflect.get(fault, 'message')) : '') : []
  if (faults.length > 0) return faults
  return [`${String(title)} ${typeof detail === 'string' ? detail.replace(/^[a-zA-Z]+(: |$)/, '') : ''}`.trim()]
}

function listOf (notes: unknown): string[] {
  return Array.isArray(notes) ? notes.map(String) : []
}

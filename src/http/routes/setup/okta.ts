// `/auth/setup/okta`: which Okta it is. Looked up first, then used.
import type { FastifyInstance } from 'fastify'
import type { Setup } from '../../../flows/enter-setup.ts'
import type { FoundOrganization } from '../../../flows/find-organization.ts'
import { isExpected } from '../../../flows/login-failure.ts'
import type { PreflightConnection } from '../../../flows/preflight-connection.ts'
import type { Issuer } from '../../../oidc/discovery.ts'
import { OidcRefusal } from '../../../oidc/refusal.ts'
import { OktaRefusal } from '../../../okta/refusal.ts'
import { Outage } from '../../../outage.ts'
import { TenantRefusal } from '../../../tenant/refusal.ts'
import { stepUrl } from '../../pages/setup/frame.ts'
import { type OktaStep, oktaPage } from '../../pages/setup/okta.ts'
import { problems } from '../../problems.ts'
import type { SetupDesk } from '../../setup-desk.ts'
import { readText } from '../../visitor.ts'

export interface OktaStepNeeds {
  readonly desk: SetupDesk
  readonly findOrganization: (pasted: string) => Promise<FoundOrganization>
  readonly chooseOrganization: (setup: Setup, issuer: Issuer) => Promise<void>
  readonly preflightConnection: PreflightConnection
}

export function oktaStepRoutes (app: FastifyInstance, needs: OktaStepNeeds): void {
  const { desk } = needs
  const path = stepUrl('okta')

  app.get(path, async (request, reply) => {
    const { frame, connection } = await desk.see(request)
    const saved = connection === null ? null : new URL(connection.issuer).host
    return await desk.send(reply, oktaPage({ ...frame, typed: saved ?? '', error: null, found: null, saved }))
  })

  app.post(path, async (request, reply) => {
    const setup = await desk.change(request, 'change-connection')
    const typed = readText(request.body, 'okta_domain', 2048) ?? ''
    const { frame, connection } = await desk.show(setup)
    const saved = connection === null ? null : new URL(connection.issuer).host
    let found: FoundOrganization
    try {
      found = await needs.findOrganization(typed)
    } catch (error) {
      if (!(error instanceof OktaRefusal) && !isExpected(error)) throw error
      request.outcome.code = error.code
      return await desk.send(reply.code(error instanceof Outage ? 200 : 400), oktaPage({ ...frame, typed, error: sentenceOf(error), found: null, saved }))
    }
    if (readText(request.body, 'intent', 8) !== 'use') return await desk.send(reply, oktaPage({ ...frame, typed, error: null, found: shown(found), saved }))
    try {
      await needs.chooseOrganization(setup, found.issuer)
    } catch (error) {
      if (!(error instanceof TenantRefusal) || error.code !== 'already-exists') throw error
      request.outcome.code = error.code
      return await desk.send(reply.code(409), oktaPage({ ...frame, typed, error: error.detail ?? '', found: null, saved }))
    }
    // What was found of another organization says nothing of this one.
    if (connection !== null && connection.clientId !== '' && connection.issuer !== found.issuer) await needs.preflightConnection(connection.tenantId, connection.id)
    return await reply.redirect(stepUrl('app'), 303)
  })
}

const noOkta = 'No Okta organization answers at that address. Open your Okta dashboard and copy the address from there.'

/** In words for the field: what was typed, or what happened when it was asked. */
function sentenceOf (error: OktaRefusal | OidcRefusal | Outage | Error): string {
  if (error instanceof Outage) return 'That address does not answer at the moment. Check the spelling; if it is right, try again in a minute.'
  if (error instanceof OktaRefusal && error.code.startsWith('okta-organization-')) return noOkta
  if (error instanceof OktaRefusal) return `${problems[error.code].title}${error.detail === undefined ? '' : ` ${error.detail}`}`
  if (error instanceof OidcRefusal && error.code === 'issuer-malformed') return 'That is no address that can be reached from everywhere.'
  return 'An Okta organization answers there, but not with what signing in needs. Try its own address, as in acme.okta.com.'
}

function shown (found: FoundOrganization): NonNullable<OktaStep['found']> {
  const host = new URL(found.issuer).host
  const other = [found.alternate, found.url].find(url => url !== null && new URL(url).host !== host) ?? null
  return {
    issuer: found.issuer,
    host,
    id: found.id,
    engine: found.pipeline === 'idx' ? 'Identity Engine' : found.pipeline === 'v1' ? 'Classic Engine' : found.pipeline,
    other: other === null ? null : { host: new URL(other).host, isCustom: other === found.alternate },
    preview: found.kind === 'preview',
    notes: found.notes
  }
}

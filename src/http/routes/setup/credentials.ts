// `/auth/setup/credentials`: the client id, and a secret where there must be one. Nothing typed is lost, but for secrets.
import type { FastifyInstance } from 'fastify'
import type { Setup } from '../../../flows/enter-setup.ts'
import type { PreflightConnection } from '../../../flows/preflight-connection.ts'
import type { HandedOver } from '../../../flows/save-setup.ts'
import { parsePastedClientId, parsePastedClientSecret } from '../../../okta/pasted-credentials.ts'
import { OktaRefusal } from '../../../okta/refusal.ts'
import { Secret } from '../../../secret.ts'
import { TenantRefusal } from '../../../tenant/refusal.ts'
import { type CredentialsStep, credentialsPage } from '../../pages/setup/credentials.ts'
import { stepUrl } from '../../pages/setup/frame.ts'
import type { OpenSetup, SetupDesk } from '../../setup-desk.ts'
import { readText } from '../../visitor.ts'
import { addressesOf } from './app.ts'

export interface CredentialsStepNeeds {
  readonly desk: SetupDesk
  readonly publicUrl: string
  readonly saveCredentials: (setup: Setup, handedOver: HandedOver) => Promise<void>
  readonly preflightConnection: PreflightConnection
}

type Given = Pick<CredentialsStep, 'clientId' | 'by' | 'error'>
type Parsed = { readonly handedOver: Omit<HandedOver, 'version'> } | { readonly error: CredentialsStep['error'] }

export function credentialsStepRoutes (app: FastifyInstance, needs: CredentialsStepNeeds): void {
  const { desk, publicUrl } = needs
  const path = stepUrl('credentials')
  const show = ({ frame }: OpenSetup, connection: NonNullable<Setup['connection']>, given: Given): string => credentialsPage({
    ...frame,
    ...given,
    clientKeysUri: addressesOf(connection, publicUrl).clientKeysUri,
    hasSecret: hasSecret(connection),
    version: connection.version
  })

  app.get(path, async (request, reply) => {
    const setup = await desk.see(request)
    const { connection } = setup
    if (connection === null) return await reply.redirect(stepUrl('okta'), 303)
    return await desk.send(reply, show(setup, connection, { clientId: connection.clientId, by: connection.clientAuthentication === 'private_key_jwt' ? 'keys' : 'secret', error: null }))
  })

  app.post(path, async (request, reply) => {
    const setup = await desk.change(request, 'change-connection')
    const { connection } = setup
    if (connection === null) return await reply.redirect(stepUrl('okta'), 303)
    const by = readText(request.body, 'by', 8) === 'secret' ? 'secret' : 'keys'
    const clientId = readText(request.body, 'client_id', 2048) ?? ''
    const parsed = parse(by, clientId, readText(request.body, 'client_secret', 2048), hasSecret(connection))
    if ('error' in parsed) return await desk.send(reply.code(400), show(await desk.show(setup), connection, { clientId, by, error: parsed.error }))
    const version = Number(readText(request.body, 'version', 9))
    if (!Number.isSafeInteger(version)) throw new TenantRefusal('setup-edited-meanwhile')
    try {
      await needs.saveCredentials(setup, { ...parsed.handedOver, version })
    } catch (error) {
      if (!(error instanceof TenantRefusal) || error.code !== 'already-exists') throw error
      request.outcome.code = error.code
      return await desk.send(reply.code(409), show(await desk.show(setup), connection, { clientId, by, error: { field: 'client-id', sentence: error.detail ?? '' } }))
    }
    // The very next question is whether it is right.
    await needs.preflightConnection(connection.tenantId, connection.id)
    return await reply.redirect(stepUrl('preflight'), 303)
  })
}

function parse (by: 'keys' | 'secret', typedId: string, typedSecret: string | null, secretKept: boolean): Parsed {
  const id = attempt('client-id', () => parsePastedClientId(typedId))
  if ('error' in id) return id
  if (by === 'keys') return { handedOver: { clientId: id.value, proof: { kind: 'keys' } } }
  if (typedSecret === null && secretKept) return { handedOver: { clientId: id.value, proof: { kind: 'secret', clientSecret: null } } }
  const secret = attempt('client-secret', () => parsePastedClientSecret(typedSecret ?? ''))
  return 'error' in secret ? secret : { handedOver: { clientId: id.value, proof: { kind: 'secret', clientSecret: new Secret(secret.value) } } }
}

function attempt (field: 'client-id' | 'client-secret', read: () => string): { readonly value: string } | { readonly error: CredentialsStep['error'] } {
  try {
    return { value: read() }
  } catch (error) {
    if (!(error instanceof OktaRefusal)) throw error
    return { error: { field, sentence: error.detail ?? '' } }
  }
}

function hasSecret ({ clientAuthentication }: NonNullable<Setup['connection']>): boolean {
  return clientAuthentication !== 'private_key_jwt'
}

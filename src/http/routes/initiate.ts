// The address of the tile on the Okta dashboard: OpenID Connect Core §4. It always begins a login of its own.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { checkInitiationIssuer, type LoginInitiation, parseLoginInitiation } from '../../oidc/login-initiation.ts'
import { OidcRefusal } from '../../oidc/refusal.ts'
import type { Connection } from '../../tenant/connection.ts'
import { TenantRefusal } from '../../tenant/refusal.ts'
import type { Tenant } from '../../tenant/tenant.ts'
import type { LoginDesk } from '../login-desk.ts'
import { sendPage } from '../answer-error.ts'
import { signInPage } from '../pages/sign-in.ts'
import { paths } from '../paths.ts'
import { rawQuery, showsPages } from '../visitor.ts'

interface Door { readonly tenant: Tenant, readonly connection: Connection }

export interface InitiateNeeds {
  readonly desk: LoginDesk
  readonly doors: {
    findByConnection (id: string): Promise<Door | null>
    findOpenByIssuer (issuer: string, clientId: string | null): Promise<readonly Door[]>
  }
}

export function initiateRoutes (app: FastifyInstance, { desk, doors }: InitiateNeeds): void {
  const byConnection = async (request: FastifyRequest, reply: FastifyReply, initiation: LoginInitiation): Promise<FastifyReply> => {
    const { connection: id } = request.params as { connection: string }
    const door = id.length > 64 ? null : await doors.findByConnection(id)
    if (door === null) throw new TenantRefusal('connection-unknown')
    const { connection } = door
    // `iss` is compared and never fetched. Okta sends none after an activation or a password reset: the path says enough.
    checkInitiationIssuer(initiation, [connection.issuer, ...connection.issuerAliases])
    if (initiation.clientId !== undefined && initiation.clientId !== connection.clientId) throw new OidcRefusal('initiation-issuer-mismatch', { detail: 'client_id is another app’s' })
    return await begin(request, reply, door, initiation, 'initiate')
  }

  const byIssuer = async (request: FastifyRequest, reply: FastifyReply, initiation: LoginInitiation): Promise<FastifyReply> => {
    const { iss, clientId } = initiation
    const [door, another] = iss === undefined ? [] : await doors.findOpenByIssuer(iss, clientId ?? null)
    // Nobody, or two: the tile cannot say whose it is, but an email address can.
    if (door === undefined || another !== undefined) return await askEmail(request, reply, initiation)
    return await begin(request, reply, door, initiation, 'initiate-by-issuer')
  }

  const askEmail = async (request: FastifyRequest, reply: FastifyReply, { loginHint, targetLinkUri }: LoginInitiation): Promise<FastifyReply> => {
    if (!showsPages(request)) throw new OidcRefusal('initiation-ambiguous')
    request.outcome.code = 'initiation-ambiguous'
    const page = signInPage({ ...desk.look, email: loginHint, returnTo: targetLinkUri, error: 'Your tile does not say which company it belongs to. Your work email does.' })
    return await sendPage(reply, page, desk.formTargets)
  }

  const begin = async (request: FastifyRequest, reply: FastifyReply, door: Door, initiation: LoginInitiation, name: 'initiate' | 'initiate-by-issuer'): Promise<FastifyReply> =>
    await desk.send(request, reply, { ...door, door: name, loginHint: initiation.loginHint ?? null, returnTo: initiation.targetLinkUri ?? null, app: null, hop: null })

  const form = (request: FastifyRequest) => parseLoginInitiation(typeof request.body === 'object' && request.body !== null ? { ...request.body } : {})
  app.get(paths.initiateConnection, async (request, reply) => await byConnection(request, reply, parseLoginInitiation(rawQuery(request))))
  app.post(paths.initiateConnection, async (request, reply) => await byConnection(request, reply, form(request)))
  app.get(paths.initiate, async (request, reply) => await byIssuer(request, reply, parseLoginInitiation(rawQuery(request))))
  app.post(paths.initiate, async (request, reply) => await byIssuer(request, reply, form(request)))
}

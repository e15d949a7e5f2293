// A token for an app's API, for the page that calls it.
import type { FastifyInstance } from 'fastify'
import type { OpenSession } from '../../flows/check-access.ts'
import type { IssueToken } from '../../flows/issue-token.ts'
import type { App } from '../../tenant/app.ts'
import { normalizeHost } from '../../tenant/app.ts'
import { TenantRefusal } from '../../tenant/refusal.ts'
import type { AnswerSignedOut } from '../answer-signed-out.ts'
import { checkCsrfProof } from '../guards/csrf-proof.ts'
import { refuseDeclaredCrossSite } from '../guards/same-site.ts'
import { originsOf } from '../guards/app-origin.ts'
import { paths } from '../paths.ts'
import { RequestRefusal } from '../refusal.ts'
import type { SessionCookies } from '../session-cookie.ts'
import { originOf, readText } from '../visitor.ts'

export interface TokenNeeds {
  readonly openSession: OpenSession
  readonly issueToken: IssueToken
  readonly apps: () => readonly App[] | Promise<readonly App[]>
  readonly loginHost: string
  readonly plainLocalhost: boolean
  readonly cookies: SessionCookies
  readonly answerSignedOut: AnswerSignedOut
  readonly now: () => Date
}

export function tokenRoutes (app: FastifyInstance, needs: TokenNeeds): void {
  app.post(paths.token, { onRequest: refuseDeclaredCrossSite }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const idHash = needs.cookies.findHash(request.headers.cookie)
    checkCsrfProof(request, needs.cookies.signer, null)
    const host = normalizeHost(request.host) ?? ''
    const opened = await needs.openSession({ idHash, host, touch: true })
    if (opened.kind === 'closed') return await needs.answerSignedOut(request, reply, opened.code)
    request.outcome.tenant = opened.session.tenant.slug
    const wanted = chooseApp(await needs.apps(), readText(request.body, 'app', 63), host, needs.loginHost)
    // With CORS for that app's origins only: another app's page may not help itself to this one's tokens.
    const { origin } = request.headers
    if (origin !== undefined && origin !== originOf(request) && !originsOf(wanted, needs.plainLocalhost).includes(origin)) throw new RequestRefusal('cross-site')
    const issued = await needs.issueToken(opened.session, wanted)
    const expiresIn = Math.max(0, Math.floor(issued.exp - needs.now().getTime() / 1000))
    return { access_token: issued.token, token_type: 'Bearer', expires_in: expiresIn }
  })
  // Browsers ask before they send; the answer is in the headers that the scope's CORS hook has set.
  for (const path of [paths.token, paths.session]) app.options(path, async (_request, reply) => await reply.code(204).send())
}

/** The app of the host that was called; on the login host any, by id or slug, or the only one there is. */
function chooseApp (apps: readonly App[], named: string | null, host: string, loginHost: string): App {
  const here = host === loginHost ? apps : apps.filter(({ hosts }) => hosts.includes(host))
  const found = named === null
    ? here.find(({ hosts }) => hosts.includes(host)) ?? (here.length === 1 ? here[0] : undefined)
    : here.find(({ id, slug }) => id === named || slug === named)
  if (found === undefined) throw new TenantRefusal('app-unknown')
  return found
}

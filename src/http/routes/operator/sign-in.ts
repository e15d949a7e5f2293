// `/auth/operator/sign-in` and `/auth/operator/sign-out`: a key becomes a session of this browser, and the session ends.
import type { FastifyInstance } from 'fastify'
import type { OperatorSessionFlow } from '../../../flows/operator-session.ts'
import { findOperatorPath, type OperatorDesk } from '../../operator-desk.ts'
import { operatorSignInPage } from '../../pages/operator/sign-in.ts'
import { paths } from '../../paths.ts'
import { readText } from '../../visitor.ts'

export interface OperatorSignInNeeds {
  readonly desk: OperatorDesk
  readonly operatorSession: Pick<OperatorSessionFlow, 'signIn' | 'signOut'>
}

export function operatorSignInRoutes (app: FastifyInstance, { desk, operatorSession }: OperatorSignInNeeds): void {
  app.get(paths.operatorSignIn, async (request, reply) => {
    const next = findOperatorPath(readText(request.query, 'next', 1024))
    const site = request.headers['sec-fetch-site']
    return await desk.send(reply, operatorSignInPage({ ...desk.look, next, maybeSignedIn: site === 'cross-site' || site === 'same-site', refused: false }))
  })

  // Nobody is signed in yet, so there is nothing that a form token could be bound to: that the page is ours, its origin says.
  app.post(paths.operatorSignIn, async (request, reply) => {
    const next = findOperatorPath(readText(request.body, 'next', 1024))
    const credential = readText(request.body, 'credential', 4096)?.trim() ?? ''
    const id = credential === '' ? null : await operatorSession.signIn(credential, request.ip, desk.held(request))
    if (id === null) {
      request.outcome.code = 'unauthorized'
      return await desk.send(reply.code(401), operatorSignInPage({ ...desk.look, next, maybeSignedIn: false, refused: true }))
    }
    desk.give(reply, id)
    return await reply.header('cache-control', 'no-store').redirect(next ?? paths.operator, 303)
  })

  app.post(paths.operatorSignOut, async (request, reply) => {
    const at = await desk.change(request, 'read')
    await operatorSession.signOut(at, request.ip)
    desk.clear(reply)
    return await reply.header('cache-control', 'no-store').redirect(paths.operatorSignIn, 303)
  })
}

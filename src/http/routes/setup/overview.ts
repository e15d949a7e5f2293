// `/auth/setup`: how far it is, and `/auth/setup/done`: what comes next.
import type { FastifyInstance } from 'fastify'
import { setupSteps, type SetupStep } from '../../../tenant/setup-progress.ts'
import { donePage } from '../../pages/setup/done.ts'
import { stepUrl } from '../../pages/setup/frame.ts'
import { overviewPage } from '../../pages/setup/overview.ts'
import { paths } from '../../paths.ts'
import type { OpenSetup, SetupDesk } from '../../setup-desk.ts'

export function overviewRoutes (app: FastifyInstance, { desk }: { readonly desk: SetupDesk }): void {
  app.get(paths.setup, async (request, reply) => {
    const setup = await desk.see(request, 'enter')
    if (setup.link.part === 'domains') return await reply.redirect(stepUrl('domains'), 303)
    return await desk.send(reply, overviewPage({ ...setup.frame, next: setup.progress.next, details: detailsOf(setup), waiting: waitingSteps(setup), wrong: new Set(setup.preflight?.passed === false ? ['preflight'] : []) }))
  })

  app.get(stepUrl('done'), async (request, reply) => {
    const { frame, progress, connection } = await desk.see(request)
    const missing = setupSteps.filter(step => step !== 'done' && !progress.done.has(step))
    return await desk.send(reply, donePage({ ...frame, missing, state: connection?.state ?? null, goLiveAt: connection?.goLiveAt ?? null }))
  })
}

function detailsOf ({ connection, preflight, domains }: OpenSetup): Partial<Record<SetupStep, string>> {
  const proven = domains.filter(({ verifiedAt }) => verifiedAt !== null).length
  const failed = preflight?.findings.filter(({ outcome }) => outcome === 'failed').length ?? 0
  return {
    ...(connection === null ? {} : { okta: new URL(connection.issuer).host }),
    ...(connection === null || connection.clientId === '' ? {} : { credentials: connection.clientAuthentication === 'private_key_jwt' ? 'with our public keys, without a secret' : 'with a client secret' }),
    ...(failed === 0 ? {} : { preflight: failed === 1 ? 'One thing is not right' : `${failed} things are not right` }),
    ...(domains.length === 0 ? {} : { domains: `${proven} of ${domains.length} proven` })
  }
}

function waitingSteps ({ domains, progress }: OpenSetup): ReadonlySet<SetupStep> {
  return new Set(!progress.done.has('domains') && domains.length > 0 ? ['domains'] : [])
}

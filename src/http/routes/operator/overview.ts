// `/auth/operator` and `/auth/operator/search`: where trouble is, and how somebody in particular is found.
import type { FastifyInstance } from 'fastify'
import type { App } from '../../../tenant/app.ts'
import type { AttemptStory } from '../../../tenant/attempt.ts'
import { findEmail } from '../../../tenant/email.ts'
import { isReference } from '../../../tenant/reference.ts'
import type { Tenant } from '../../../tenant/tenant.ts'
import { type CountedCode, EXPIRY_NOTICE_SECONDS, type FoundMember, TROUBLE_SECONDS, type TroubledTenant, type WeakConnection } from '../../../tenant/trouble.ts'
import type { OperatorDesk } from '../../operator-desk.ts'
import { lineOf, wordsOfCode } from '../../operator-words.ts'
import type { OperatorFrame } from '../../pages/operator/frame.ts'
import { operatorFoundPage } from '../../pages/operator/found.ts'
import { operatorOverviewPage } from '../../pages/operator/overview.ts'
import { paths } from '../../paths.ts'
import { readText } from '../../visitor.ts'
import { couldBeName } from '../api/addressed.ts'

export interface OverviewNeeds {
  readonly desk: OperatorDesk
  readonly troubles: {
    listTenants (since: Date, limit: number): Promise<readonly TroubledTenant[]>
    countCodes (since: Date): Promise<readonly CountedCode[]>
    listConnections (expiresBefore: Date, limit: number): Promise<readonly WeakConnection[]>
    findMembers (email: string, limit: number): Promise<readonly FoundMember[]>
    findAttempts (email: string, limit: number): Promise<readonly AttemptStory[]>
  }
  readonly tenants: { find (tenant: string): Promise<Tenant | null> }
  readonly attempts: { find (reference: string): Promise<AttemptStory | null> }
  readonly apps: { list (): Promise<readonly App[]> }
  readonly loginHost: string
  readonly now: () => Date
}

const SHOWN = 50

export function overviewRoutes (app: FastifyInstance, { desk, troubles, tenants, attempts, apps, loginHost, now }: OverviewNeeds): void {
  const overview = async (frame: OperatorFrame, missed: string | null): Promise<string> => {
    const at = now()
    const since = new Date(at.getTime() - TROUBLE_SECONDS * 1000)
    const weak = await troubles.listConnections(new Date(at.getTime() + EXPIRY_NOTICE_SECONDS * 1000), SHOWN)
    return operatorOverviewPage({
      ...frame,
      missed,
      neighbours: (await apps.list()).filter(({ hosts }) => hosts.includes(loginHost)).map(({ name }) => name),
      troubled: await troubles.listTenants(since, SHOWN),
      codes: (await troubles.countCodes(since)).map(({ code, ...counted }) => ({ ...counted, words: wordsOfCode(code) })),
      connections: weak.map(({ issuer, ...connection }) => ({ ...connection, host: new URL(issuer).host, over: connection.secretExpiresAt !== null && connection.secretExpiresAt <= at }))
    })
  }

  app.get(paths.operator, async (request, reply) => await desk.send(reply, await overview((await desk.see(request)).frame, null)))

  // A form and no link: whose address was looked for belongs in no history of a browser and no log of a proxy.
  app.post(`${paths.operator}/search`, async (request, reply) => {
    const { frame } = await desk.change(request, 'read')
    const wanted = readText(request.body, 'wanted', 254)?.trim().toLowerCase() ?? ''
    if (isReference(wanted) && await attempts.find(wanted) !== null) return await reply.redirect(`${paths.operator}/attempts/${wanted}`, 303)
    const tenant = couldBeName(wanted) ? await tenants.find(wanted) : null
    if (tenant !== null) return await reply.redirect(`${paths.operator}/tenants/${tenant.slug}`, 303)
    const email = findEmail(wanted)?.address ?? null
    const members = email === null ? [] : await troubles.findMembers(email, SHOWN)
    const tried = email === null ? [] : await troubles.findAttempts(email, SHOWN)
    if (email === null || members.length + tried.length === 0) return await desk.send(reply.code(404), await overview(frame, wanted))
    return await desk.send(reply, operatorFoundPage({ ...frame, email, members, attempts: tried.map(lineOf) }))
  })
}

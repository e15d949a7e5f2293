// `/auth/setup/app`: what to make in Okta, by hand or by a file.
import type { FastifyInstance } from 'fastify'
import { type AppSettings, buildShellScript, buildTerraform } from '../../../okta/app-recipe.ts'
import { findAdminConsole, findHostKind } from '../../../okta/host.ts'
import type { Connection } from '../../../tenant/connection.ts'
import { appPage } from '../../pages/setup/app.ts'
import { stepUrl } from '../../pages/setup/frame.ts'
import { paths } from '../../paths.ts'
import type { SetupDesk } from '../../setup-desk.ts'

export interface AppStepNeeds {
  readonly desk: SetupDesk
  readonly publicUrl: string
}

const files = [['okta-app.tf', buildTerraform], ['create-okta-app.sh', buildShellScript]] as const

export function appStepRoutes (app: FastifyInstance, { desk, publicUrl }: AppStepNeeds): void {
  app.get(stepUrl('app'), async (request, reply) => {
    const { frame, connection } = await desk.see(request)
    if (connection === null) return await reply.redirect(stepUrl('okta'), 303)
    const console = findAdminConsole(connection.issuer)
    return await desk.send(reply, appPage({ ...frame, ...addressesOf(connection, publicUrl), name: frame.brand.name, host: new URL(connection.issuer).host, adminUrl: console === null ? null : `https://${console}` }))
  })

  for (const [name, build] of files) {
    app.get(`${paths.setup}/${name}`, async (request, reply) => {
      const { frame, connection } = await desk.see(request)
      if (connection === null) return await reply.redirect(stepUrl('okta'), 303)
      const text = build(settingsOf(connection, frame.brand.name, publicUrl))
      // Never shown by the browser itself, whatever it thinks of the text.
      return await reply.headers({ 'content-disposition': `attachment; filename="${name}"`, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }).type('application/octet-stream').send(text)
    })
  }
}

export function addressesOf ({ id }: Pick<Connection, 'id'>, publicUrl: string) {
  return {
    redirectUri: publicUrl + paths.callback.replace(':connection', id),
    initiateLoginUri: publicUrl + paths.initiateConnection.replace(':connection', id),
    postLogoutRedirectUri: publicUrl + paths.logoutDone,
    clientKeysUri: publicUrl + paths.clientKeys.replace(':connection', id)
  }
}

// Okta's own interface is at the organization's own address; sign-ins may go through a custom domain.
function settingsOf (connection: Connection, label: string, publicUrl: string): AppSettings {
  const customDomain = findHostKind(connection.issuer) === 'custom-domain'
  const own = connection.issuerAliases.find(alias => findHostKind(alias) !== 'custom-domain')
  return { ...addressesOf(connection, publicUrl), label, customDomain, organizationUrl: new URL(own ?? connection.issuer).origin }
}

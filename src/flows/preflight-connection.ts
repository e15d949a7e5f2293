// Would a sign-in through this connection work? The provider is asked everything that it tells without a user, and the answer is kept.
import type { Issuer } from '../oidc/discovery.ts'
import { buildPreflight } from '../okta/preflight.ts'
import type { KeptPreflight } from '../okta/preflight.ts'
import { findWorse } from '../okta/preflight-finding.ts'
import type { ConnectionWithProofs } from '../tenant/connection.ts'
import type { AuditEvent } from '../tenant/event.ts'
import type { ConnectionId, TenantId } from '../tenant/id.ts'
import { probeProvider, type ProbeProviderNeeds } from './probe-provider.ts'
import { redirectUriOf } from './start-login.ts'

/** What a preflight starts from: the settings, what they prove themselves by, and how the last one went. */
export interface ConnectionToCheck {
  readonly connection: ConnectionWithProofs
  readonly clientSecretExpiresAt: Date | null
  readonly preflight: KeptPreflight | null
}

export interface PreflightConnectionNeeds extends ProbeProviderNeeds {
  readonly health: {
    findToCheck (tenantId: TenantId, id: ConnectionId): Promise<ConnectionToCheck | null>
    savePreflight (tenantId: TenantId, id: ConnectionId, report: KeptPreflight): Promise<void>
  }
  readonly events: { save (event: AuditEvent, now: Date): Promise<void> }
  readonly publicUrl: string
  readonly vendorName: string
  /** Origins of stand-ins, about whose names nothing is said. */
  readonly developmentOrigins: readonly string[]
}

export type PreflightConnection = (tenantId: TenantId, connectionId: ConnectionId) => Promise<KeptPreflight | null>

/** @returns the report, which is kept with the connection; null for a connection that there is not. */
export function preflightConnection (needs: PreflightConnectionNeeds): PreflightConnection {
  return async function (tenantId, connectionId) {
    const found = await needs.health.findToCheck(tenantId, connectionId)
    if (found === null) return null
    const { connection, clientSecretExpiresAt, preflight: before } = found
    const report = await examineConnection(needs, connection, clientSecretExpiresAt)
    await needs.health.savePreflight(tenantId, connectionId, report)
    await warn(needs, connection, before, report)
    return report
  }
}

/** Asks the provider everything about these settings, and keeps nothing. */
export async function examineConnection (needs: Omit<PreflightConnectionNeeds, 'health' | 'events'>, connection: ConnectionWithProofs, secretExpiresAt: Date | null): Promise<KeptPreflight> {
  const redirectUri = redirectUriOf(needs.publicUrl, connection.id)
  const signs = connection.clientAuthentication === 'private_key_jwt'
  const secrets = [connection.proofs.clientSecret, connection.proofs.nextClientSecret].filter(secret => secret !== null).length
  const seen = await probeProvider(needs)(connection, redirectUri)
  const at = needs.now()
  const subject = {
    vendorName: needs.vendorName,
    publicUrl: needs.publicUrl,
    issuer: connection.issuer,
    clientId: connection.clientId,
    signs,
    scopes: connection.scopes,
    proofs: signs ? 1 : secrets,
    redirectUri,
    clientKeysUri: `${needs.publicUrl}/auth/client-keys/${connection.id}`,
    secretExpiresAt,
    development: isDevelopment(connection.issuer, needs.developmentOrigins)
  }
  return { ...buildPreflight(subject, seen, at), at }
}

// Before users notice: only for what signs people in, and only what is worse than it was.
async function warn ({ events }: PreflightConnectionNeeds, { tenantId, id, state }: ConnectionWithProofs, before: KeptPreflight | null, report: KeptPreflight): Promise<void> {
  if (state !== 'live') return
  const worse = findWorse(before, report)
  if (worse.length === 0) return
  const findings = worse.map(({ check, outcome, code, message }) => ({ check, outcome, code, message }))
  await events.save({ type: 'connection.warning', tenantId, actor: 'gatehouse', subject: id, details: { findings } }, report.at)
}

function isDevelopment (issuer: Issuer, origins: readonly string[]): boolean {
  return origins.includes(new URL(issuer).origin)
}

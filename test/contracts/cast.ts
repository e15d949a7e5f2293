// Who is about in the contracts? Acme with two connections and three people, Globex with one of each, and what they do.
import { parseIssuer } from '../../src/oidc/discovery.ts'
import { hashOf } from '../../src/oidc/hash.ts'
import type { NewConnection } from '../../src/postgres/connections.ts'
import { Secret } from '../../src/secret.ts'
import type { NewAttempt } from '../../src/tenant/attempt.ts'
import type { ConnectionId, MemberId, SessionId, SignInId, TenantId } from '../../src/tenant/id.ts'
import type { IdentityKey } from '../../src/tenant/identity.ts'
import type { Member } from '../../src/tenant/member.ts'
import type { NewSession, NewSignIn } from '../../src/tenant/sign-in.ts'
import type { Tenant } from '../../src/tenant/tenant.ts'
import type { Administration } from '../world/doubles/administration.ts'

export const now = new Date('2026-11-21T09:00:00.000Z')

export function after (seconds: number): Date {
  return new Date(now.getTime() + seconds * 1000)
}

export const acme: Tenant = {
  id: 'tnt-acme' as TenantId,
  slug: 'acme',
  name: 'Acme',
  admission: 'just-in-time',
  defaultRoles: ['reader'],
  ssoEntitled: true,
  enforcement: 'optional',
  homeUrl: null,
  fallbackLoginUrl: null,
  sessionIdleSeconds: null,
  sessionLifetimeSeconds: null
}
export const globex: Tenant = { ...acme, id: 'tnt-globex' as TenantId, slug: 'globex', name: 'Globex' }

export const clientSecret = 'northwind-at-acme_0123456789abcdefghijkl'
export const acmeOkta: NewConnection = {
  id: 'con-acme' as ConnectionId,
  tenantId: acme.id,
  issuer: parseIssuer('https://acme.okta.com'),
  clientId: '0oa1acme5northwind5d7',
  clientAuthentication: 'client_secret_basic',
  scopes: ['email', 'profile'],
  groupsClaim: null,
  endsOktaSession: false,
  clientSecret: new Secret(clientSecret)
}
export const acmePreview: NewConnection = { ...acmeOkta, id: 'con-acme-preview' as ConnectionId, issuer: parseIssuer('https://acme.oktapreview.com') }
export const globexOkta: NewConnection = { ...acmeOkta, id: 'con-globex' as ConnectionId, tenantId: globex.id, issuer: parseIssuer('https://globex.okta.com'), clientId: '0oa1globexnorthwind5d7' }

function person (name: string, tenant: Tenant, status: Member['status']): Member {
  const email = `${name}@${tenant.slug}.test`
  return { id: `mem-${name}` as MemberId, tenantId: tenant.id, email, name: name.toUpperCase(), roles: ['editor'], status, externalId: null }
}
export const ada = person('ada', acme, 'invited')
export const bob = person('bob', acme, 'active')
export const eve = person('eve', acme, 'suspended')
export const gus = person('gus', globex, 'active')

/** The whole cast, with proven domains and live connections. */
export async function setTheScene ({ tenants, domains, connections, members }: Administration): Promise<void> {
  for (const tenant of [acme, globex]) {
    await tenants.save(tenant, now)
    await domains.save(tenant.id, { domain: `${tenant.slug}.test`, challenge: 'challenge' }, now)
    await domains.verify(tenant.id, `${tenant.slug}.test`, 'operator', now)
  }
  for (const [seconds, connection] of [acmeOkta, acmePreview, globexOkta].entries()) {
    await connections.save(connection, after(seconds))
    await connections.move(connection.tenantId, connection.id, { move: 'verify', provenance: 'operator' }, now)
    await connections.move(connection.tenantId, connection.id, { move: 'go-live' }, now)
  }
  for (const member of [ada, bob, eve, gus]) await members.save(member, now)
}

export function identityAt (connection: NewConnection, subject: string): IdentityKey {
  return { connectionId: connection.id, issuer: connection.issuer, subject }
}

/** A login that has just been sent to Okta; `name` makes its state and its reference. */
export function attemptOf (name: string, connection: NewConnection = acmeOkta, startedAt = now): NewAttempt {
  return {
    tenantId: connection.tenantId,
    stateHash: hashOf(`state of ${name}`),
    pending: {
      reference: name,
      connectionId: connection.id,
      connectionVersion: 1,
      issuer: connection.issuer,
      redirectUri: `https://login.northwind.test/auth/callback/${connection.id}`,
      nonceHash: hashOf(`nonce of ${name}`),
      codeChallenge: hashOf(`verifier of ${name}`),
      returnTo: 'https://app.northwind.test/start',
      purpose: { kind: 'sign-in' },
      hop: null,
      startedAt,
      expiresAt: new Date(startedAt.getTime() + 600_000)
    },
    door: 'login',
    loginHint: 'ada@acme.test',
    steps: [{ at: startedAt, name: 'asked', detail: { door: 'login' } }]
  }
}

/** A sign-in of this person and its first session; `name` makes their ids. */
export function signInOf (name: string, member: Member = bob, connection: NewConnection = acmeOkta, createdAt = now): { idHash: string, session: NewSession, signIn: NewSignIn } {
  return {
    idHash: hashOf(`session of ${name}`),
    session: { id: `ses-${name}` as SessionId, host: 'login.northwind.test', idleSeconds: 3600 },
    signIn: {
      signIn: {
        id: `sin-${name}` as SignInId,
        tenantId: member.tenantId,
        connectionId: connection.id,
        memberId: member.id,
        authTime: createdAt,
        amr: ['pwd', 'mfa'],
        acr: null,
        expiresAt: new Date(createdAt.getTime() + 43_200_000)
      },
      issuer: connection.issuer,
      subject: `00u-${name}`,
      providerSessionId: null,
      address: '192.0.2.7',
      idToken: new Secret(`id-token-of-${name}`),
      reference: name,
      steps: [{ at: createdAt, name: 'signed-in' }],
      createdAt
    }
  }
}

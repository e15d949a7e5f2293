// What is there when somebody has signed in? A story and a session, written by the stores as a login writes them.
import { Secret } from '../../../src/secret.ts'
import type { Member } from '../../../src/tenant/member.ts'
import type { ConnectionId } from '../../../src/tenant/id.ts'
import { parseIssuer } from '../../../src/oidc/discovery.ts'
import { buildId, isId } from '../../../src/tenant/id.ts'
import { identityId } from '../../../src/tenant/identity.ts'
import { buildReference } from '../../../src/tenant/reference.ts'
import { hashOf } from '../../../src/oidc/hash.ts'
import { createRandom } from '../../world/randomness.ts'
import type { Operator } from './operator.ts'

export const idToken = 'id-token-that-nobody-may-see'

/** A tenant with a live connection, one member and a setup link, made through the API. */
export async function settle (operator: Operator, slug: string, email: string) {
  const tenant = String((await operator.make('/tenants', { slug, name: slug })).at('id'))
  const connection = String((await operator.make(`/tenants/${slug}/connections`, { oktaDomain: `${slug}.okta.com`, clientId: '0oa1northwind5d7', clientSecret: `secret-of-${slug}-0123456789abcdef` })).at('id'))
  await operator.make(`/tenants/${slug}/connections/${connection}/verify`, { provenance: 'operator' })
  await operator.make(`/tenants/${slug}/connections/${connection}/go-live`, {})
  const member = String((await operator.make(`/tenants/${slug}/members`, { email, name: email, roles: ['editor'] })).at('id'))
  await operator.make(`/tenants/${slug}/domains`, { domain: email.split('@')[1] ?? '' })
  const link = String((await operator.make(`/tenants/${slug}/setup-links`, {})).at('id'))
  return { tenant, connection, member, domain: email.split('@')[1] ?? '', link }
}

/** A login that ended well, and its session on one host. */
export async function signIn (operator: Operator, { tenant, connection, member }: { tenant: string, connection: string, member: string }, name: string) {
  const random = createRandom(`login of ${name}`)
  const reference = buildReference(random(7))
  const found = await findMember(operator, tenant, member)
  const connectionId = branded(connection)
  const startedAt = operator.clock.now()
  const expiresAt = new Date(startedAt.getTime() + 600_000)
  const issuer = parseIssuer('https://acme.okta.com')
  const { stores } = operator
  await stores.attempts.save({
    tenantId: found.tenantId,
    stateHash: hashOf(`state of ${name}`),
    pending: {
      reference,
      connectionId,
      connectionVersion: 1,
      issuer,
      redirectUri: `https://login.northwind.test/auth/callback/${connection}`,
      nonceHash: hashOf(`nonce of ${name}`),
      codeChallenge: hashOf(`verifier of ${name}`),
      returnTo: 'https://app.northwind.test/start',
      purpose: { kind: 'sign-in' },
      hop: null,
      startedAt,
      expiresAt
    },
    door: 'login',
    loginHint: found.email,
    steps: [{ at: startedAt, name: 'asked', detail: { door: 'login' } }]
  })
  await operator.database.raw("insert into identities values ($1, $2, $3, $4, $5, 'email', $6) on conflict do nothing", [found.tenantId, connection, issuer, `00u-${name}`, member, startedAt])
  const session = { id: buildId('ses', random(20)), host: 'login.northwind.test', idleSeconds: 3600 }
  const signInId = buildId('sin', random(20))
  await stores.sessions.save(hashOf(`session of ${name}`), session, {
    signIn: { id: signInId, tenantId: found.tenantId, connectionId, memberId: found.id, authTime: startedAt, amr: ['pwd'], acr: null, expiresAt: new Date(startedAt.getTime() + 43_200_000) },
    issuer,
    subject: `00u-${name}`,
    providerSessionId: null,
    address: '192.0.2.7',
    idToken: new Secret(idToken),
    reference,
    steps: [{ at: startedAt, name: 'signed-in', milliseconds: 12, detail: { amr: ['pwd'], hosts: null } }],
    createdAt: startedAt
  })
  const identity = identityId(found.tenantId, { connectionId, issuer, subject: `00u-${name}` })
  return { reference, identity, session: session.id, signIn: signInId, idHash: hashOf(`session of ${name}`) }
}

/** An account that came with the address of a member, and was refused; its id among those that wait. */
export async function waitingAccount (operator: Operator, { tenant, connection, member }: { tenant: string, connection: string, member: string }, subject: string): Promise<string> {
  const found = await findMember(operator, tenant, member)
  const key = { connectionId: branded(connection), issuer: parseIssuer('https://acme.okta.com'), subject }
  await operator.stores.identityConflicts.note(found.tenantId, { key, memberId: found.id, reference: `login-of-${subject}` }, operator.clock.now())
  return identityId(found.tenantId, key)
}

async function findMember (operator: Operator, tenant: string, member: string): Promise<Member> {
  const found = await operator.stores.tenants.find(tenant)
  const person = found === null ? null : await operator.stores.members.find(found.id, member)
  if (person === null) throw new Error('There is no such member.')
  return person
}

function branded (id: string): ConnectionId {
  if (!isId('con', id)) throw new Error('That is no connection id.')
  return id
}

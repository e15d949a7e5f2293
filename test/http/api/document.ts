// What does the document say of an operation? Read as a stranger's program would read it.
import type { Operator } from './operator.ts'

export interface Operation {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** As in the document: `/tenants/{tenant}`, without the prefix. */
  readonly path: string
  readonly id: string
  readonly described: Readonly<Record<string, unknown>>
}

export async function readDocument (operator: Operator): Promise<{ document: Record<string, unknown>, operations: readonly Operation[] }> {
  const document = object((await operator.ask('GET', '/openapi.json')).body)
  const operations = Object.entries(object(document['paths'])).flatMap(([path, item]) => Object.entries(object(item)).map(([verb, described]) => ({
    method: parseMethod(verb),
    path: path.replace(/^\/api\/v1/, ''),
    id: String(object(described)['operationId']),
    described: object(described)
  })))
  return { document, operations }
}

/** The path with its parts filled in. */
export function fill (path: string, parts: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const part = parts[name]
    if (part === undefined) throw new Error(`Nobody said what ${name} is in ${path}.`)
    return part
  })
}

export function object (value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`That is no object: ${JSON.stringify(value)}`)
  return { ...value }
}

function parseMethod (verb: string): Operation['method'] {
  const method = verb.toUpperCase()
  if (method === 'GET' || method === 'POST' || method === 'PATCH' || method === 'DELETE') return method
  throw new Error(`There is no method ${verb} in this API.`)
}

/** A body that each operation takes. */
export const bodies: Readonly<Record<string, object>> = {
  createTenant: { slug: 'initech', name: 'Initech' },
  changeTenant: { name: 'Changed' },
  claimDomain: { domain: 'claimed.test' },
  verifyDomain: { provenance: 'operator' },
  createConnection: { oktaDomain: 'initech.okta.com', clientId: '0oa1initech', clientSecret: 'secret-of-initech' },
  changeConnection: { endsOktaSession: true },
  verifyConnection: { provenance: 'operator' },
  preflightConnection: {},
  pilotConnection: { emails: ['ada@acme.test'] },
  goLive: {},
  retireConnection: {},
  rollBackConnection: {},
  promoteShadow: {},
  linkIdentityConflict: {},
  dismissIdentityConflict: {},
  createSetupLink: { email: 'ada@acme.test', mayChangeLive: true },
  createMember: { email: 'eve@acme.test' },
  changeMember: { name: 'Changed' },
  inviteMember: { mail: true },
  createApp: { slug: 'docs', name: 'Docs', audience: 'docs' },
  changeApp: { name: 'Changed' },
  rotateSigningKeys: {},
  createApiKey: { name: 'CI', scopes: ['read'] }
}

/** Operations that take a file instead. */
export const uploads: Readonly<Record<string, { readonly type: string, readonly file: string }>> = { importMembers: { type: 'text/csv', file: 'email\nida@acme.test' } }

/** What each operation wants to be told in its query. */
export const queries: Readonly<Record<string, string>> = { endAllSessions: '?confirm=all', getLoginPolicy: '?email=ada@acme.test' }

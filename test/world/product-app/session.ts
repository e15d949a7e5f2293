// Who is signed in? The product asks the gateway, with the visitor's own cookie, and believes nobody else.
import { request } from 'undici'

export interface Session {
  member: { email: string, name: string }
  tenant: { slug: string, name: string }
  roles: string[]
  expiresAt: string
  logoutUrl: string
}

export type SessionAnswer = { state: 'signed-in', session: Session } | { state: 'signed-out' } | { state: 'unavailable' }

function read (value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function text (value: unknown, name: string): string {
  const found = read(value, name)
  return typeof found === 'string' ? found : ''
}

function parseSession (body: unknown): Session {
  const member = read(body, 'member')
  const tenant = read(body, 'tenant')
  const roles = read(body, 'roles')
  return {
    member: { email: text(member, 'email'), name: text(member, 'name') },
    tenant: { slug: text(tenant, 'slug'), name: text(tenant, 'name') },
    roles: Array.isArray(roles) ? roles.map(String) : [],
    expiresAt: text(body, 'expiresAt'),
    logoutUrl: text(body, 'logoutUrl') || '/auth/logout'
  }
}

/** Asks `GET /auth/session`. Whatever is not a clear answer counts as the gateway being away, never as signed in. */
export async function askSession (gateway: string, headers: Record<string, string>): Promise<SessionAnswer> {
  try {
    const answer = await request(new URL('/auth/session', gateway), { headers: { accept: 'application/json', ...headers } })
    const body: unknown = answer.statusCode === 200 ? await answer.body.json() : await answer.body.dump()
    if (answer.statusCode === 200) return { state: 'signed-in', session: parseSession(body) }
    return answer.statusCode === 401 ? { state: 'signed-out' } : { state: 'unavailable' }
  } catch {
    return { state: 'unavailable' }
  }
}

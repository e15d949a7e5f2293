// What of the gateway's log would somebody like to see who clicks through the demo? How each sign-in ended.
import { quiet } from './table.ts'

const ENDS_LOGINS = ['/auth/login', '/auth/callback/:connection', '/auth/initiate/:connection']

/** @param line of the gateway's log. @returns it in words, or null where it is not the end of a sign-in. */
export function narrate (line: string): string | null {
  const said = parseLine(line)
  const { route, status, code = status === 303 && route === '/auth/callback/:connection' ? 'signed in' : undefined, tenant = '', reference, time } = said
  if (!ENDS_LOGINS.includes(String(route)) || code === undefined || typeof time !== 'number') return null
  return `  ${quiet(new Date(time).toLocaleTimeString('en-GB'))}  ${String(tenant).padEnd(8)}${String(code).padEnd(22)}${String(reference)}`
}

function parseLine (line: string): Record<string, unknown> {
  try {
    const said: unknown = JSON.parse(line)
    return typeof said === 'object' && said !== null ? { ...said } : {}
  } catch {
    return {}
  }
}

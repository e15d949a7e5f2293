// Where does somebody sign in who stands before an app's door?
import { type App, schemeOf } from '../tenant/app.ts'
import { paths } from './paths.ts'

export interface LoginAddressNeeds {
  readonly publicUrl: string
  readonly plainLocalhost: boolean
}

/** @param wanted where they wanted to go; the login judges it. */
export function buildLoginAddress (needs: LoginAddressNeeds, door: { readonly app: App, readonly host: string } | null, wanted: string | null): string {
  const login = new URL(paths.login, loginOrigin(needs, door))
  if (wanted !== null) login.searchParams.set('return_to', wanted)
  return login.href
}

// An app's own host begins its own hop there, since only there can it give the browser something to come back with.
function loginOrigin ({ publicUrl, plainLocalhost }: LoginAddressNeeds, door: { readonly app: App, readonly host: string } | null): string {
  if (door === null || door.host === new URL(publicUrl).host || !door.app.hosts.includes(door.host)) return publicUrl
  return `${schemeOf(door.host, { plainLocalhost })}://${door.host}`
}

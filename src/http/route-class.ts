// To which few kinds does a route belong? What a metric can have a line for, where a log line names the route itself.
import { paths } from './paths.ts'

// The first that fits, so the narrower ones come first.
const classes: ReadonlyArray<readonly [path: string, name: string]> = [
  [paths.check, 'check'],
  [paths.api, 'api'],
  [paths.initiate, 'initiate'],
  [paths.login, 'login'],
  [paths.callback, 'callback'],
  [paths.arrive, 'arrive'],
  [paths.logout, 'logout'],
  [paths.session, 'session'],
  [paths.token, 'token'],
  [paths.setup, 'setup'],
  [paths.operator, 'operator'],
  [paths.invitation, 'invitation'],
  ['/auth/assets', 'assets'],
  ['/auth/client-keys', 'well-known'],
  ['/.well-known', 'well-known'],
  ['/*', 'app']
]

/** @param pattern of the route that answered; undefined where none did. */
export function routeClassOf (pattern: string | undefined): string {
  if (pattern === undefined) return 'none'
  return classes.find(([path]) => pattern.startsWith(path))?.[1] ?? (pattern === paths.home ? 'login' : 'other')
}

import t from 'tap'
import { isOwnTarget } from '../../../src/http/upstream/whose-request.ts'

const targets: ReadonlyArray<readonly [target: string, anywhere: boolean, onLoginHost: boolean]> = [
  ['/', false, false],
  ['/auth', true, true],
  ['/auth/', true, true],
  ['/auth/login?x=1', true, true],
  ['/auth?x=1', true, true],
  ['/%61uth/login', true, true],
  ['/auth/../private', true, true],
  ['/authors', false, false],
  ['/AUTH/login', false, false],
  ['/auth;x/login', false, false],
  ['//auth/login', false, false],
  ['/x/auth/login', false, false],
  ['/%2e%2e/auth', false, false],
  ['/.well-known/jwks.json', true, true],
  ['/.well-known/oauth-authorization-server', true, true],
  ['/.well-known/security.txt', false, false],
  ['/.well-known%2Fjwks.json', false, false],
  ['/api/v1', false, true],
  ['/api/v1/tenants', false, true],
  ['/api/v10', false, false],
  ['/scim/v2/con-x/Users', false, true],
  ['/?/auth/login', false, false],
  ['*', true, true],
  ['http://evil.test/', true, true],
  ['', true, true]
]

void t.test('the gateway keeps /auth and its keys on every host, and its API on the login host', async t => {
  for (const [target, anywhere, onLoginHost] of targets) t.strictSame([isOwnTarget(target, false), isOwnTarget(target, true)], [anywhere, onLoginHost], target)
})

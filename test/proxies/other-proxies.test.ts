// The documented files for proxies that no package of Debian's brings: well-formed, and saying what must not be missing.
import { readFileSync } from 'node:fs'
import t from 'tap'
import { parse } from 'yaml'

const read = (name: string) => readFileSync(new URL(`../../docs/forward-auth/${name}`, import.meta.url), 'utf8')
const identity = ['authorization', 'x-auth-request-user', 'x-auth-request-email', 'x-auth-request-tenant', 'x-auth-request-roles']

void t.test('Traefik asks, replaces the identity in any spelling, and believes no client about where it comes from', async t => {
  const { http } = parse(read('traefik.yaml'), { merge: true })
  t.match(http.routers.product, { rule: 'Host(`app.example.com`)', middlewares: ['signed-in'], service: 'product' })
  t.notOk(http.routers['product-sign-in'].middlewares)
  for (const [name, address] of [['signed-in', 'http://gatehouse:4000/auth/check?mode=redirect'], ['admins', 'http://gatehouse:4000/auth/check?mode=redirect&roles=admin,owner']] as const) {
    const check = http.middlewares[name].forwardAuth
    t.match(check, { address, trustForwardHeader: false, authResponseHeaders: ['Authorization'] })
    t.equal(check.forwardBody, undefined)
    const spellings = new RegExp(String(check.authResponseHeadersRegex).replace('(?i)', ''), 'i')
    for (const header of ['X-Auth-Request-User', 'X_auth_request_user', 'X-Auth_request-Roles']) t.match(header, spellings)
  }
})

void t.test('Envoy asks, takes the identity from the answer alone, and refuses without one', async t => {
  const { static_resources: { listeners: [listener] } } = parse(read('envoy.yaml'))
  const manager = listener.filter_chains[0].filters[0].typed_config
  t.match(manager, { use_remote_address: true, normalize_path: true, common_http_protocol_options: { headers_with_underscores_action: 'DROP_HEADER' } })
  const [mutation, check, router] = manager.http_filters
  t.match([mutation.name, check.name, router.name], ['envoy.filters.http.header_mutation', 'envoy.filters.http.ext_authz', 'envoy.filters.http.router'])
  const removed: unknown[] = mutation.typed_config.mutations.request_mutations.map((one: { remove?: string }) => one.remove)
  for (const header of identity.slice(1)) t.ok(removed.includes(header), header)
  const { failure_mode_allow: allows, with_request_body: body, http_service: service } = check.typed_config
  t.equal(allows, false)
  t.equal(body, undefined)
  t.equal(service.path_override, '/auth/check?mode=redirect')
  t.strictSame(service.authorization_response.allowed_upstream_headers.patterns.map(({ exact }: { exact: string }) => exact), identity)
  const [, product] = manager.route_config.virtual_hosts
  const open = product.routes.filter((route: { typed_per_filter_config?: object }) => route.typed_per_filter_config !== undefined)
  t.strictSame(open.map(({ match }: { match: object }) => match), [{ path: '/auth/check' }, { prefix: '/auth/' }])
})

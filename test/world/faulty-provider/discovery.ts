// What does the provider say about itself? Okta's discovery document for its org authorization server.
import { spoil } from './faults.ts'
import type { Faults } from './faults.ts'
import type { House } from './house.ts'
import { json, oktaError } from './reply.ts'
import type { Reply, Visit } from './reply.ts'

const authenticationMethods = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'none']

/** Answers as Okta does: for a client id that it does not know, in its own envelope. */
export function answerDiscovery (house: House, visit: Visit, fault: Faults['discovery']): Reply {
  const clientId = visit.query.get('client_id')
  if (clientId !== null && clientId !== house.clientId) return oktaError(400, 'invalid_client', "Invalid value for 'client_id' parameter.")
  const at = (name: string): string => `${house.issuer}/oauth2/v1/${name}`
  return json(200, spoil({
    issuer: house.issuer,
    authorization_endpoint: at('authorize'),
    token_endpoint: at('token'),
    userinfo_endpoint: at('userinfo'),
    registration_endpoint: at('clients'),
    jwks_uri: at('keys'),
    response_types_supported: ['code', 'id_token', 'code id_token', 'code token', 'id_token token', 'code id_token token'],
    response_modes_supported: ['query', 'fragment', 'form_post', 'okta_post_message'],
    grant_types_supported: ['authorization_code', 'implicit', 'refresh_token', 'password'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid', 'email', 'profile', 'address', 'phone', 'offline_access', 'groups'],
    token_endpoint_auth_methods_supported: authenticationMethods,
    code_challenge_methods_supported: ['S256'],
    introspection_endpoint: at('introspect'),
    revocation_endpoint: at('revoke'),
    end_session_endpoint: at('logout'),
    request_parameter_supported: true,
    ...(house.issInResponse ? { authorization_response_iss_parameter_supported: true } : {})
  }, fault), { 'cache-control': 'max-age=86400, must-revalidate' })
}

/** The document by which a host shows that it belongs to an Okta organisation. */
export function answerOrganization (house: House): Reply {
  return json(200, { id: '00oFaultyProvider', _links: { organization: { href: house.issuer } }, pipeline: 'idx' })
}

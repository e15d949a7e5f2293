// What does Okta publish without asking who you are?
import { randomBytes } from 'node:crypto'
import type { Organization } from './organization.ts'

const AUTHENTICATION = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'none']
const ALGORITHMS = ['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512']

/** Okta's own shape of an error, which is not OAuth's. */
export function errorEnvelope (code: string, summary: string): Record<string, unknown> {
  return { errorCode: code, errorSummary: summary, errorLink: code, errorId: `oae${randomBytes(16).toString('base64url')}`, errorCauses: [] }
}

/** The discovery document of an org authorization server. It knows nothing of RFC 9207. */
export function buildMetadata ({ issuer }: Organization): Record<string, unknown> {
  return {
    issuer,
    authorization_endpoint: `${issuer}/oauth2/v1/authorize`,
    token_endpoint: `${issuer}/oauth2/v1/token`,
    userinfo_endpoint: `${issuer}/oauth2/v1/userinfo`,
    registration_endpoint: `${issuer}/oauth2/v1/clients`,
    jwks_uri: `${issuer}/oauth2/v1/keys`,
    response_types_supported: ['code', 'id_token', 'code id_token', 'code token', 'id_token token', 'code id_token token'],
    response_modes_supported: ['query', 'fragment', 'form_post', 'okta_post_message'],
    grant_types_supported: ['authorization_code', 'implicit', 'refresh_token', 'password', 'urn:ietf:params:oauth:grant-type:device_code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid', 'email', 'profile', 'address', 'phone', 'offline_access', 'groups'],
    token_endpoint_auth_methods_supported: AUTHENTICATION,
    claims_supported: ['iss', 'ver', 'sub', 'aud', 'iat', 'exp', 'jti', 'auth_time', 'amr', 'idp', 'nonce', 'name', 'nickname', 'preferred_username', 'given_name', 'middle_name', 'family_name', 'email', 'email_verified', 'profile', 'zoneinfo', 'locale', 'address', 'phone_number', 'picture', 'website', 'gender', 'birthdate', 'updated_at', 'at_hash', 'c_hash'],
    code_challenge_methods_supported: ['S256'],
    introspection_endpoint: `${issuer}/oauth2/v1/introspect`,
    introspection_endpoint_auth_methods_supported: AUTHENTICATION,
    revocation_endpoint: `${issuer}/oauth2/v1/revoke`,
    revocation_endpoint_auth_methods_supported: AUTHENTICATION,
    end_session_endpoint: `${issuer}/oauth2/v1/logout`,
    request_parameter_supported: true,
    request_object_signing_alg_values_supported: ALGORITHMS,
    device_authorization_endpoint: `${issuer}/oauth2/v1/device/authorize`,
    pushed_authorization_request_endpoint: `${issuer}/oauth2/v1/par`,
    // These two are about CIBA, not about logout.
    backchannel_token_delivery_modes_supported: ['poll'],
    backchannel_authentication_request_signing_alg_values_supported: ALGORITHMS,
    dpop_signing_alg_values_supported: ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512']
  }
}

/** `/.well-known/okta-organization`: proof that a host is an Okta organisation, and which. */
export function buildOrganizationDocument ({ id, issuer }: Organization): Record<string, unknown> {
  return { id, _links: { organization: { href: issuer } }, pipeline: 'idx' }
}

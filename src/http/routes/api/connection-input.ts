// What does an operator mean by the settings of a connection? What people paste is cleaned where that is safe, and said where it is not.
import { Type } from 'typebox'
import type { Static } from 'typebox'
import { parseIssuer } from '../../../oidc/discovery.ts'
import type { Issuer } from '../../../oidc/discovery.ts'
import { parseOktaDomain } from '../../../okta/domain.ts'
import { Secret } from '../../../secret.ts'
import { parseGroupRoles } from '../../../tenant/group-roles.ts'
import { fieldFault, given, inField, parseLine, unlessNull } from './field.ts'
import { anyOf, Moment, orNull, strict } from './schema-parts.ts'

const Pasted = Type.String({ minLength: 1, maxLength: 2048 })
const SecretText = Type.String({ minLength: 1, maxLength: 1024, writeOnly: true })

export const ClientAuthenticationMethod = Type.Enum(['client_secret_basic', 'client_secret_post', 'private_key_jwt'], { default: 'client_secret_basic', description: 'With `private_key_jwt` no secret is handed around: Okta fetches our public key from `clientKeysUri`.' })
export const Scopes = Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { minItems: 1, maxItems: 20 })
export const GroupsClaim = orNull(Type.String({ minLength: 1, maxLength: 100, description: 'The claim of the ID token, or of userinfo, that lists groups; `groupRoles` says what they mean.' }))

export const GroupRoles = Type.Unsafe<Readonly<Record<string, string[]>>>({
  type: 'object',
  maxProperties: 100,
  additionalProperties: { type: 'array', minItems: 1, maxItems: 100, items: { type: 'string', minLength: 1, maxLength: 64 } },
  description: 'Roles by name of a group in Okta, exactly as written there. Of the roles that stand here the groups decide at each sign-in, and take them away as well; all others stay yours. Empty: nothing is taken from Okta.'
})

const fields = {
  oktaDomain: Type.String({ ...Pasted, description: 'As people paste it: acme.okta.com, or any address of the organisation.' }),
  issuer: Type.String({ ...Pasted, description: 'Instead of `oktaDomain`.' }),
  clientId: Type.String({ minLength: 1, maxLength: 200 }),
  clientSecret: SecretText,
  nextClientSecret: orNull(SecretText),
  clientSecretExpiresAt: orNull(Type.String({ ...Moment, description: 'When `clientSecret` ends, as Okta shows it. Warnings come 30, 14, 7 and 1 days before. A new secret begins without a date.' })),
  clientAuthentication: ClientAuthenticationMethod,
  scopes: Scopes,
  groupsClaim: GroupsClaim,
  groupRoles: GroupRoles,
  endsOktaSession: Type.Boolean({ default: false, description: 'Whether signing out goes on to Okta\'s own session.' })
}
export const NewConnection = strict({ ...anyOf(fields).properties, clientId: fields.clientId })
export const ConnectionChanges = anyOf({ ...fields, apply: Type.Enum(['now'], { description: 'Of a live connection, `issuer`, `clientId`, `clientAuthentication` and `clientSecret` wait as its `shadow` until they are promoted. With this they count at once, for everybody.' }) })

export const defaultScopes: readonly string[] = ['openid', 'profile', 'email']

/**
 * The settings that are given, and sentences on what was corrected in them.
 * @throws ValidationRefusal, TenantRefusal, OktaRefusal or OidcRefusal; none of them repeats a value.
 */
export function parseConnection (body: Static<typeof ConnectionChanges>, developmentOrigins: readonly string[]) {
  const { oktaDomain, issuer: typedIssuer, clientId, clientSecret, nextClientSecret, clientSecretExpiresAt, clientAuthentication, scopes, groupsClaim, groupRoles, apply: _, ...rest } = body
  const { issuer, notes } = parseProvider(oktaDomain, typedIssuer, developmentOrigins)
  return {
    notes,
    // Undefined where nothing is said of it.
    secretExpiresAt: typeof clientSecretExpiresAt === 'string' ? new Date(clientSecretExpiresAt) : clientSecretExpiresAt,
    settings: {
      ...rest,
      ...(issuer === null ? {} : { issuer }),
      ...given('clientId', clientId, text => parsePasted('clientId', text)),
      ...(clientAuthentication === undefined ? {} : { clientAuthentication }),
      ...given('scopes', scopes, parseScopes),
      ...given('groupsClaim', groupsClaim, unlessNull(parseLine)),
      ...given('groupRoles', groupRoles, map => parseGroupRoles(Object.entries(map)))
    },
    secrets: {
      ...given('clientSecret', clientSecret, text => parseSecret('clientSecret', text)),
      ...given('nextClientSecret', nextClientSecret, unlessNull(text => parseSecret('nextClientSecret', text)))
    }
  }
}

function parseProvider (oktaDomain: string | undefined, issuer: string | undefined, developmentOrigins: readonly string[]): { issuer: Issuer | null, notes: readonly string[] } {
  if (oktaDomain !== undefined && issuer !== undefined) throw fieldFault('issuer', 'Give either oktaDomain or issuer, not both.')
  const pasted = oktaDomain ?? issuer
  if (pasted === undefined) return { issuer: null, notes: [] }
  return inField(oktaDomain === undefined ? 'issuer' : 'oktaDomain', () => {
    const domain = parseOktaDomain(pasted, { developmentOrigins })
    return { issuer: parseIssuer(domain.issuer, { developmentOrigins }), notes: domain.corrections.map(({ sentence }) => sentence) }
  })
}

// Copied from a page or a mail, blanks and invisible characters come along at the ends. Inside they mean that something else was copied.
function parsePasted (field: string, text: string): string {
  const trimmed = text.replace(/^[\s\p{C}]+|[\s\p{C}]+$/gu, '')
  if (!/^[\x21-\x7e]+$/.test(trimmed)) throw fieldFault(field, 'must be printable ASCII without spaces. Copy it again from Okta, by itself.')
  return trimmed
}

function parseSecret (field: string, text: string): Secret {
  const secret = parsePasted(field, text)
  if (/^0oa[0-9A-Za-z]{8,40}$/.test(secret)) throw fieldFault(field, 'That looks like a client id (0oa…). The client secret stands below it in Okta: Applications → the app → General → Client Credentials.')
  if (/^ocs[0-9A-Za-z]{17}$/.test(secret)) throw fieldFault(field, 'That is the id of the secret (ocs…) and not the secret itself. Use the copy button beside the dots.')
  return new Secret(secret)
}

// RFC 6749 §3.3: scope-token.
function parseScopes (scopes: readonly string[]): readonly string[] {
  const distinct = [...new Set(scopes)]
  if (!distinct.every(scope => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope))) throw fieldFault('scopes', 'A scope is printable ASCII without spaces, quotes and backslashes.')
  if (!distinct.includes('openid')) throw fieldFault('scopes', 'must include openid: without it Okta sends no ID token.')
  return distinct
}

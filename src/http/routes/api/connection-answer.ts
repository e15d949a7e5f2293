// What is told of a connection? Its settings without what it proves itself by, and the addresses that belong into Okta.
import { Type } from 'typebox'
import type { Static } from 'typebox'
import type { KeptPreflight } from '../../../okta/preflight.ts'
import type { Connection, ConnectionOnFile } from '../../../tenant/connection.ts'
import { paths } from '../../paths.ts'
import { GroupRoles, GroupsClaim, Scopes } from './connection-input.ts'
import { answerKeptPreflight, KeptPreflightAnswer } from './preflight.ts'
import { Email, Moment, orNull, strict } from './schema-parts.ts'

const Shadow = strict({
  issuer: Type.String(),
  clientId: Type.String(),
  clientAuthentication: Type.Enum(['client_secret_basic', 'client_secret_post', 'private_key_jwt']),
  secretReplaced: Type.Boolean({ description: 'Whether another secret waits with them.' }),
  testedAt: orNull(Type.String({ ...Moment, description: 'When a test sign-in has passed with them.' }))
})

export const ConnectionAnswer = strict({
  id: Type.String(),
  tenantId: Type.String(),
  issuer: Type.String(),
  clientId: Type.String(),
  clientAuthentication: Type.Enum(['client_secret_basic', 'client_secret_post', 'private_key_jwt']),
  scopes: Scopes,
  groupsClaim: GroupsClaim,
  groupRoles: GroupRoles,
  endsOktaSession: Type.Boolean(),
  state: Type.Enum(['draft', 'verified', 'pilot', 'live', 'retired']),
  testedAt: orNull(Type.String({ ...Moment, description: 'When a test sign-in has passed with these settings.' })),
  goLiveAt: orNull(Type.String({ ...Moment, description: 'When it goes live by itself, in UTC.' })),
  shadow: Type.Union([Shadow, Type.Null()], { description: 'Settings that wait beside a live connection. Only test sign-ins use them, until they are promoted.' }),
  pilotEmails: Type.Array(Email, { description: 'Who may sign in while the state is `pilot`.' }),
  redirectUri: Type.String({ description: 'Okta: Sign-in redirect URI.' }),
  initiateLoginUri: Type.String({ description: 'Okta: Initiate login URI.' }),
  postLogoutRedirectUri: Type.String({ description: 'Okta: Sign-out redirect URI.' }),
  clientKeysUri: Type.String({ description: 'Okta, for `private_key_jwt`: Public keys → Use a URL to fetch keys dynamically.' }),
  clientSecretExpiresAt: Type.Optional(orNull(Type.String({ ...Moment, description: 'Not in lists.' }))),
  preflight: Type.Optional(Type.Union([KeptPreflightAnswer, Type.Null()])),
  shadowPreflight: Type.Optional(Type.Union([KeptPreflightAnswer, Type.Null()], { description: 'Of the settings that wait. Not in lists.' })),
  notes: Type.Optional(Type.Array(Type.String(), { description: 'What was corrected in what was typed.' }))
})

/** For operators alone: a customer is told of no other. */
export const APP_ELSEWHERE = 'Another tenant has a connection to the same app in Okta: whoever is assigned to the app can reach both tenants. Make an app in Okta for each, unless this is meant.'

/** What is known besides the settings: where one connection is asked for. */
export interface Health { readonly clientSecretExpiresAt: Date | null, readonly preflight: KeptPreflight | null, readonly shadowPreflight: KeptPreflight | null }

export function answerHealth ({ clientSecretExpiresAt, preflight, shadowPreflight }: Health) {
  return { clientSecretExpiresAt: clientSecretExpiresAt?.toISOString() ?? null, preflight: answerKeptPreflight(preflight), shadowPreflight: answerKeptPreflight(shadowPreflight) }
}

export function answerConnection (connection: ConnectionOnFile, publicUrl: string, notes?: readonly string[]): Static<typeof ConnectionAnswer> {
  return {
    ...settingsOf(connection),
    id: connection.id,
    tenantId: connection.tenantId,
    state: connection.state,
    testedAt: connection.testedAt?.toISOString() ?? null,
    goLiveAt: connection.goLiveAt?.toISOString() ?? null,
    shadow: connection.shadow === null ? null : answerShadow(connection.shadow),
    pilotEmails: [...connection.pilotEmails],
    redirectUri: publicUrl + paths.callback.replace(':connection', connection.id),
    initiateLoginUri: publicUrl + paths.initiateConnection.replace(':connection', connection.id),
    postLogoutRedirectUri: publicUrl + paths.logoutDone,
    clientKeysUri: publicUrl + paths.clientKeys.replace(':connection', connection.id),
    ...(notes === undefined ? {} : { notes: [...notes] })
  }
}

/** What waits, without its secret. */
export function answerShadow ({ issuer, clientId, clientAuthentication, replacesSecret, testedAt }: NonNullable<ConnectionOnFile['shadow']>) {
  return { issuer, clientId, clientAuthentication, secretReplaced: replacesSecret, testedAt: testedAt?.toISOString() ?? null }
}

/** What an edit may change and the audit log may hold. */
export function settingsOf ({ issuer, clientId, clientAuthentication, scopes, groupsClaim, groupRoles, endsOktaSession }: Connection) {
  return { issuer, clientId, clientAuthentication, scopes: [...scopes], groupsClaim, groupRoles: Object.fromEntries(groupRoles.map(({ group, roles }) => [group, [...roles]])), endsOktaSession }
}

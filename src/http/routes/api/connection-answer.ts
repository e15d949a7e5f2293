// What is told of a connection? Its settings without what it proves itself by, and the addresses that belong into Okta.
import { Type } from 'typebox'
import type { Static } from 'typebox'
import type { Connection } from '../../../tenant/connection.ts'
import { paths } from '../../paths.ts'
import { GroupsClaim, Scopes } from './connection-input.ts'
import { Email, strict } from './schema-parts.ts'

export const ConnectionAnswer = strict({
  id: Type.String(),
  tenantId: Type.String(),
  issuer: Type.String(),
  clientId: Type.String(),
  clientAuthentication: Type.Enum(['client_secret_basic', 'client_secret_post', 'private_key_jwt']),
  scopes: Scopes,
  groupsClaim: GroupsClaim,
  endsOktaSession: Type.Boolean(),
  state: Type.Enum(['draft', 'verified', 'pilot', 'live', 'retired']),
  pilotEmails: Type.Array(Email, { description: 'Who may sign in while the state is `pilot`.' }),
  redirectUri: Type.String({ description: 'Okta: Sign-in redirect URI.' }),
  initiateLoginUri: Type.String({ description: 'Okta: Initiate login URI.' }),
  postLogoutRedirectUri: Type.String({ description: 'Okta: Sign-out redirect URI.' }),
  clientKeysUri: Type.String({ description: 'Okta, for `private_key_jwt`: Public keys → Use a URL to fetch keys dynamically.' }),
  notes: Type.Optional(Type.Array(Type.String(), { description: 'What was corrected in what was typed.' }))
})

export function answerConnection (connection: Connection, publicUrl: string, notes?: readonly string[]): Static<typeof ConnectionAnswer> {
  return {
    ...settingsOf(connection),
    id: connection.id,
    tenantId: connection.tenantId,
    state: connection.state,
    pilotEmails: [...connection.pilotEmails],
    redirectUri: publicUrl + paths.callback.replace(':connection', connection.id),
    initiateLoginUri: publicUrl + paths.initiateConnection.replace(':connection', connection.id),
    postLogoutRedirectUri: publicUrl + paths.logoutDone,
    clientKeysUri: publicUrl + paths.clientKeys.replace(':connection', connection.id),
    ...(notes === undefined ? {} : { notes: [...notes] })
  }
}

/** What an edit may change and the audit log may hold. */
export function settingsOf ({ issuer, clientId, clientAuthentication, scopes, groupsClaim, endsOktaSession }: Connection) {
  return { issuer, clientId, clientAuthentication, scopes: [...scopes], groupsClaim, endsOktaSession }
}

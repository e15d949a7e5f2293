// Who is in an Okta organisation, and which apps are registered there?
import { oktaId, oktaSecret } from './identifiers.ts'
import type { SigningKeys } from './signing-keys.ts'

export interface Person {
  email: string
  name: string
  groups?: string[]
  /** The id of the external identity provider this person comes through; by default the organisation itself. */
  idp?: string
}

/** What an admin fills in when an app integration is made. */
export interface OktaApp {
  label: string
  redirectUris: string[]
  initiateLoginUri?: string
  postLogoutRedirectUris?: string[]
  /** The emails of the people it is assigned to; everybody unless given. */
  assigned?: string[]
  clientAuthentication?: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt'
  /** Where the app publishes the keys it signs `private_key_jwt` with. */
  jwksUri?: string
  requirePkce?: boolean
}

export interface RegisteredApp extends Readonly<OktaApp> {
  readonly clientId: string
  /** Okta keeps at most two secrets; both are good until one is removed. */
  readonly secrets: string[]
}

/**
 * How much of a person is in the ID token of a code flow. Okta's own documentation says different things in different
 * places: `thin` has email and name, `fat` everything, `bare` only the subject. The rest is at /userinfo.
 */
export type IdTokenShape = 'bare' | 'thin' | 'fat'

/** All that one organisation knows, shared by its pages and its endpoints. */
export interface Organization {
  readonly issuer: string
  readonly id: string
  readonly name: string
  readonly label: string
  readonly brandColour: string
  readonly people: Person[]
  readonly apps: Map<string, RegisteredApp>
  readonly keys: SigningKeys
  idTokens: IdTokenShape
  /** Okta sends no `iss` with the authorization response; RFC 9207 does. */
  sendIss: boolean
  /** Okta goes on with whoever is signed in, whatever `login_hint` says; a demo in one browser has many people. */
  readonly asksWhoeverIsHinted: boolean
  readonly now: () => Date
}

/** The `sub` of a person: by where they are, never by a name that may change hands. */
export function subjectOf (organization: Pick<Organization, 'name'>, person: Person): string {
  return oktaId('00u', `${organization.name} ${person.email}`)
}

/** The person behind a `sub`, if still there. */
export function findPerson (organization: Organization, subject: string | undefined): Person | undefined {
  return organization.people.find(person => subjectOf(organization, person) === subject)
}

/** The person who types this user name. */
export function findByUsername (organization: Organization, username: string | undefined): Person | undefined {
  const wanted = username?.trim().toLowerCase()
  return organization.people.find(person => person.email.toLowerCase() === wanted)
}

/** May this person use this app? */
export function isAssigned (app: RegisteredApp, person: Person): boolean {
  return app.assigned === undefined || app.assigned.includes(person.email)
}

/** Registers an app; the same organisation and label give the same credentials. */
export function registerApp (organization: Organization, app: OktaApp): RegisteredApp {
  const seed = `${organization.name} ${app.label}`
  const registered = { ...app, clientId: oktaId('0oa', seed), secrets: [oktaSecret(seed)] }
  organization.apps.set(registered.clientId, registered)
  return registered
}

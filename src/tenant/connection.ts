// Where does a connection stand between draft and retired, and what may happen to it next?
import type { ClientKey } from '../oidc/client-assertion.ts'
import type { Issuer } from '../oidc/discovery.ts'
import type { Secret } from '../secret.ts'
import type { GroupRole } from './group-roles.ts'
import type { ConnectionId, TenantId } from './id.ts'
import { TenantRefusal } from './refusal.ts'
import type { Shadow } from './shadow.ts'

export type ConnectionState = 'draft' | 'verified' | 'pilot' | 'live' | 'retired'
export type ClientAuthentication = 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt'

export interface Connection {
  readonly id: ConnectionId
  readonly tenantId: TenantId
  readonly issuer: Issuer
  readonly clientId: string
  readonly clientAuthentication: ClientAuthentication
  readonly scopes: readonly string[]
  /** The claim that lists a person's groups; null where groups say nothing. */
  readonly groupsClaim: string | null
  /** Which roles follow from which of those groups; none, unless an operator has said so. */
  readonly groupRoles: readonly GroupRole[]
  readonly state: ConnectionState
  /** Moves with every edit, so that a login under way notices that its connection is not the one it began with. */
  readonly version: number
  /** Other names of the issuer's host, as its `okta-organization` document links them; for the `iss` of a tile. */
  readonly issuerAliases: readonly string[]
  /** Addresses that may sign in while the state is `pilot`. */
  readonly pilotEmails: readonly string[]
  /** Whether sign-out goes on to Okta's own session. */
  readonly endsOktaSession: boolean
}

/** What a connection proves itself by at its provider. Null where nothing was ever given: the provider refuses that by name. */
export interface Proofs {
  readonly clientSecret: Secret | null
  /** The second slot: tried once when the first is refused, and then the first. */
  readonly nextClientSecret: Secret | null
  readonly clientKey: ClientKey | null
}

export interface ConnectionWithProofs extends Connection {
  readonly proofs: Proofs
}

/** What has been done with a connection so far, and what is planned. */
export interface ConnectionProgress {
  /** When these very settings have passed a test sign-in; null when they have not. */
  readonly testedAt: Date | null
  /** When it goes live by itself. */
  readonly goLiveAt: Date | null
  /** Settings that wait beside a live connection until a test has passed with them. */
  readonly shadow: Shadow | null
}

export type ConnectionOnFile = Connection & ConnectionProgress

export type ConnectionMove = 'verify' | 'pilot' | 'go-live' | 'retire' | 'rollback'

interface Moved { readonly state: ConnectionState }

const moves: Record<ConnectionMove, Partial<Record<ConnectionState, ConnectionState | 'previous'>>> = {
  verify: { draft: 'verified' },
  pilot: { verified: 'pilot', pilot: 'pilot' },
  'go-live': { verified: 'live', pilot: 'live' },
  retire: { draft: 'retired', verified: 'retired', pilot: 'retired', live: 'retired' },
  rollback: { live: 'previous' }
}

/**
 * The state after a move.
 * @param previous the state before the last go-live, which `rollback` restores; null when there was none.
 * @throws TenantRefusal `connection-state` for an illegal move.
 */
export function moveConnection (state: ConnectionState, move: ConnectionMove, previous: ConnectionState | null): Moved {
  const next = moves[move][state]
  const target = next === 'previous' ? previous : next
  if (target === undefined || target === null) {
    throw new TenantRefusal('connection-state', `A connection that is ${state} cannot ${move}.`)
  }
  return { state: target }
}

/** How somebody knows that a connection works. */
export type VerifiedBy = 'operator' | 'test-sign-in'

/**
 * What a connection may be taken for good on: a test sign-in that these settings have passed, or an operator's word.
 * @throws TenantRefusal `connection-incomplete`, `connection-state`
 */
export function checkVerifiable (connection: Pick<Connection, 'clientId'> & Pick<ConnectionProgress, 'testedAt'>, by: VerifiedBy): void {
  if (connection.clientId === '') throw new TenantRefusal('connection-incomplete', 'Give the client id of the app in Okta first.')
  if (by === 'test-sign-in' && connection.testedAt === null) {
    throw new TenantRefusal('connection-state', 'No test sign-in has passed with these settings. Send { "provenance": "operator" } to verify the connection on your word.')
  }
}

/** @throws TenantRefusal `connection-state` where it could not go live now either. */
export function checkSchedulable (state: ConnectionState): void {
  if (moves['go-live'][state] === undefined) throw new TenantRefusal('connection-state', `A connection that is ${state} cannot be scheduled to go live.`)
}

type Provider = Pick<Connection, 'issuer' | 'clientId' | 'clientAuthentication'>

/**
 * The state after an edit: what was found to work was another connection, if it now leads to another provider, app or way to prove
 * itself. One that everybody uses stays open; whoever edits it knows.
 */
export function stateAfterEdit (state: ConnectionState, before: Provider, after: Provider): ConnectionState {
  return leadsElsewhere(before, after) && (state === 'verified' || state === 'pilot') ? 'draft' : state
}

/** Whether it is another provider, another app there, or another way to prove itself. */
export function leadsElsewhere (before: Provider, after: Provider): boolean {
  return before.issuer !== after.issuer || before.clientId !== after.clientId || before.clientAuthentication !== after.clientAuthentication
}

/**
 * One app in Okta is one connection of a tenant: through a second one the same people would be somebody else, and no tile could say which.
 * @param connections of one tenant. @throws TenantRefusal `already-exists`
 */
export function checkOnlyOneOfApp (connections: readonly Pick<Connection, 'id' | 'issuer' | 'clientId' | 'state'>[], wanted: Pick<Connection, 'issuer' | 'clientId'> & { readonly id: ConnectionId | null }): void {
  if (wanted.clientId === '') return
  const twin = connections.find(({ id, issuer, clientId, state }) => id !== wanted.id && state !== 'retired' && issuer === wanted.issuer && clientId === wanted.clientId)
  if (twin !== undefined) throw new TenantRefusal('already-exists', `This app in Okta is connected already, as ${twin.id}. Change that connection, or retire it first.`)
}

/** Whether browsers get in through the connection at all; who does in a pilot is `roll-out`'s to say. */
export function isOpen (state: ConnectionState): boolean {
  return state === 'live' || state === 'pilot'
}

/** @throws TenantRefusal `connection-live`: what signs people in is retired before it is deleted. */
export function checkDeletable (state: ConnectionState): void {
  if (isOpen(state)) throw new TenantRefusal('connection-live', 'Retire the connection before deleting it.')
}

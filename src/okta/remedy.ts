// How is a diagnosis put into words? Calm, exact, and with the menu path for whoever can change something.
import { findAdminConsole } from './host.ts'

export interface Action {
  readonly who: 'you' | 'it-admin' | 'vendor'
  /** Imperative. For admins with the path through the menus, its steps joined by →. */
  readonly text: string
}

export interface Remedy {
  readonly headline: string
  /** What happened, in plain words, for the person in front of the screen. */
  readonly sentence: string
  readonly actions: readonly Action[]
  /** Whether trying again can help before anybody has changed anything. */
  readonly retry: boolean
  /** For support: what to look at. */
  readonly operatorNote: string
}

export interface DiagnosisContext {
  readonly vendorName: string
  /** What the app is called in the customer's Okta. The vendor's name when unknown. */
  readonly appLabel?: string | undefined
  readonly issuer: string
  /** The addresses that belong into the app, where one connection is spoken of to whoever sets it up. */
  readonly redirectUri?: string | undefined
  readonly clientKeysUri?: string | undefined
  /** Whether the gateway proves itself by a signature; by a secret when unknown. */
  readonly signs?: boolean | undefined
}

export interface Words {
  readonly vendor: string
  readonly app: string
  /** The way into the Okta Admin Console, and on to the app. */
  readonly console: string
  readonly appPath: string
  /** Whether the connection uses a custom authorization server. */
  readonly customServer: boolean
  readonly redirectUri: string
  readonly clientKeysUri: string
  readonly signs: boolean
}

/** Takes the names that belong into the sentences. @returns them with the menu paths built from them. */
export function buildWords (context: DiagnosisContext): Words {
  const host = findAdminConsole(context.issuer)
  const console = host === null ? 'Okta Admin Console' : `Okta Admin Console (${host})`
  const app = context.appLabel ?? context.vendorName
  return {
    vendor: context.vendorName,
    app,
    console,
    appPath: `${console} → Applications → Applications → ${app}`,
    customServer: URL.parse(context.issuer)?.pathname.startsWith('/oauth2/') ?? false,
    redirectUri: context.redirectUri ?? `${context.vendorName}’s address exactly as given`,
    clientKeysUri: context.clientKeysUri ?? `the address that ${context.vendorName} names`,
    signs: context.signs ?? false
  }
}

export type RemedyText = (words: Words) => Remedy

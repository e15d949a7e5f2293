// How far is a setup? Which steps are done, and which comes next.
import type { SetupPart } from './setup-link.ts'

export const setupSteps = ['okta', 'app', 'credentials', 'preflight', 'test', 'domains', 'done'] as const
export type SetupStep = typeof setupSteps[number]

/** What is known of the setup. Each is a fact of its own: a later step may be done before an earlier one. */
export interface SetupFacts {
  /** Null while no Okta organization was chosen. An empty client id is one that was not handed over yet. */
  readonly connection: { readonly clientId: string } | null
  /** Whether the last preflight of the connection found nothing that stops a sign-in. */
  readonly preflightPassed: boolean
  /** Whether a test sign-in has passed with the connection's settings as they are. */
  readonly tested: boolean
  /** How many domains the tenant has proven. */
  readonly provenDomains: number
}

export interface SetupProgress {
  readonly done: ReadonlySet<SetupStep>
  /** The first step that is not done; `done` when all are. */
  readonly next: SetupStep
}

/** Takes the facts and the part of the link; returns the steps that are done and the one to go on with. */
export function setupProgress ({ connection, preflightPassed, tested, provenDomains }: SetupFacts, part: SetupPart): SetupProgress {
  const handedOver = connection !== null && connection.clientId !== ''
  const finished: Record<SetupStep, boolean> = {
    okta: connection !== null,
    // That there is an app shows in its client id, and in nothing before.
    app: handedOver,
    credentials: handedOver,
    preflight: handedOver && preflightPassed,
    test: handedOver && tested,
    domains: provenDomains > 0,
    done: false
  }
  const needed = setupSteps.filter(step => step !== 'done')
  finished.done = needed.every(step => finished[step])
  const done = new Set(setupSteps.filter(step => finished[step]))
  if (part === 'domains') return { done, next: 'domains' }
  return { done, next: needed.find(step => !finished[step]) ?? 'done' }
}

// What does the gateway note of itself while it works? Everything is counted here, in plain numbers; nothing is put into words before it is asked for.
import { nameStatement } from './statement-name.ts'
import { boundNames, createTally, NOBODY, type Tally } from './tally.ts'
import { createTimings, type Timings } from './timings.ts'

/** What a login waits for. Where a stage waits for another (a signature for its keys), that one is told on its own too. */
export type Stage = 'discovery' | 'token_request' | 'key_set' | 'verification' | 'userinfo' | 'admission' | 'store'

export interface Signals {
  readonly logins: {
    started (tenant: string): void
    finished (tenant: string): void
    /** @param tenant null where nobody could tell whose login it was. */
    refused (tenant: string | null, code: string): void
  }
  /** Waits, and notes how long: also where it ends badly. */
  stage<Value> (stage: Stage, work: () => Promise<Value>): Promise<Value>
  statement (sql: string, milliseconds: number): void
  tokenMinted (app: string): void
  readonly requests: RequestSignals
  readonly kept: Readonly<Record<'started' | 'finished' | 'refused' | 'minted' | 'answered', Tally> & Record<'stages' | 'statements' | 'requests', Timings>>
}

export interface RequestSignals {
  /** Checks that went well. The hottest path of the house adds one to it, and does nothing else. */
  routineChecks: number
  answered (route: string, status: number, milliseconds: number): void
}

/** Tenants and apps with a label of their own, in the order in which they come after a start. */
const MOST_TENANTS = 500
const MOST_APPS = 100

const STATEMENT_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** @param monotonic a clock that only goes forward, in milliseconds. */
export function createSignals (monotonic: () => number): Signals {
  const tenantLabel = boundNames(MOST_TENANTS)
  const appLabel = boundNames(MOST_APPS)
  const kept = {
    started: createTally(['tenant']),
    finished: createTally(['tenant']),
    refused: createTally(['tenant', 'code']),
    minted: createTally(['app']),
    answered: createTally(['route', 'status']),
    stages: createTimings('stage', REQUEST_SECONDS),
    statements: createTimings('statement', STATEMENT_SECONDS),
    requests: createTimings('route', REQUEST_SECONDS)
  }
  return {
    logins: {
      started (tenant) { kept.started.add(tenantLabel(tenant)) },
      finished (tenant) { kept.finished.add(tenantLabel(tenant)) },
      refused (tenant, code) { kept.refused.add(tenant === null ? NOBODY : tenantLabel(tenant), code) }
    },
    async stage (stage, work) {
      const from = monotonic()
      return await work().finally(() => { kept.stages.note(stage, (monotonic() - from) / 1000) })
    },
    statement (sql, milliseconds) { kept.statements.note(nameStatement(sql), milliseconds / 1000) },
    tokenMinted (app) { kept.minted.add(appLabel(app)) },
    requests: {
      routineChecks: 0,
      answered (route, status, milliseconds) {
        kept.answered.add(route, String(status))
        kept.requests.note(route, milliseconds / 1000)
      }
    },
    kept
  }
}

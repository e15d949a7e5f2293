// What does the gateway stand on? Every edge is opened here, with what is remembered of it; no decision is taken.
import { randomBytes } from 'node:crypto'
import dns from 'node:dns/promises'
import type { FastifyBaseLogger } from 'fastify'
import type { Config } from './config.ts'
import { createIdentityProvider } from './idp/provider.ts'
import { createLookUpTxt } from './look-up-txt.ts'
import { openMailroom } from './mail/mailroom.ts'
import { listenToChanges } from './postgres/changes.ts'
import { connect } from './postgres/connect.ts'
import { createLiveSessions } from './postgres/live-sessions.ts'
import { remember, rememberEach } from './postgres/remembered.ts'
import { createSeal } from './postgres/sealed.ts'
import { generateKey } from './postgres/signing-keys.ts'
import { createStores } from './postgres/stores.ts'
import { createSignals } from './telemetry/signals.ts'
import type { Tracing } from './telemetry/tracing.ts'
import { buildId, isId } from './tenant/id.ts'
import { MAX_TOKEN_SECONDS } from './token/key-ring.ts'

/** What a test or the demo may bring instead of the machine's own. */
export interface Surroundings {
  readonly logger: FastifyBaseLogger
  readonly now?: () => Date
  readonly random?: (bytes: number) => Uint8Array
  readonly monotonic?: () => number
  readonly onStatement?: (sql: string) => void
  /** Does something again and again until what it returns is called. */
  readonly every?: (milliseconds: number, work: () => void) => () => void
  readonly lookUpTxt?: (name: string) => Promise<readonly string[]>
  /** Left out where nothing is traced. */
  readonly tracing?: Tracing
}

/** Verifiers allow for clocks, and pollers take their time. */
export const ENDED_KEEP_SECONDS = MAX_TOKEN_SECONDS + 300

export type Edges = ReturnType<typeof openEdges>

export function openEdges (config: Config, surroundings: Surroundings) {
  const { logger, now = () => new Date(), random = randomBytes, monotonic = () => performance.now() } = surroundings
  const signals = createSignals(monotonic)
  const onStatement = (sql: string, milliseconds: number) => {
    signals.statement(sql, milliseconds)
    surroundings.tracing?.statement(sql, milliseconds)
    surroundings.onStatement?.(sql)
  }
  const seal = createSeal(config.encryptionKeys)
  const { db, close: disconnect } = connect({
    url: config.databaseUrl,
    // Whoever names a second address for LISTEN has a transaction pooler at the first; where there is one and nobody said so, no change is heard.
    keepsPrepared: () => config.databaseListenUrl.reveal() === config.databaseUrl.reveal() && changes.isTrusted(),
    onIdleError: error => { onIdleError(error) },
    onStatement
  })
  const changes = listenToChanges({ url: config.databaseListenUrl, name: Buffer.from(random(12)).toString('hex'), monotonic, onLost: error => { logger.warn({ err: error }, 'the line to the database is lost; nothing is answered from memory until it is back') } })
  const idp = createIdentityProvider({
    developmentOrigins: config.developmentIssuers,
    now,
    onExchange: surroundings.tracing?.exchange,
    onTrouble: ({ key, error }) => { logger.warn({ err: error, key }, 'an identity provider could not be asked; its last good answer goes on serving') }
  })

  const onIdleError = (error: Error) => { logger.warn({ err: error }, 'an idle database connection broke; it is replaced') }
  // Of its own, and patient: nobody who signs in waits behind an upload.
  const importing = connect({ url: config.databaseUrl, max: 2, statementSeconds: 60, onIdleError, onStatement })
  const stores = createStores({ db, importing: importing.db, seal, newEventId: () => buildId('evt', random(20)), makeClientKey: async () => await generateKey(buildId('key', random(20))), endedKeepSeconds: ENDED_KEEP_SECONDS })
  const lookUpTxt = surroundings.lookUpTxt ?? createLookUpTxt(dns)
  const mailroom = openMailroom({ ...config, onTrouble: trouble => { logger.warn(trouble, 'a mail could not be sent; what it was about is saved all the same') } })
  const live = createLiveSessions({
    // By the hash of a cookie, or by the sign-in that a token names; what ends either is told by the same word.
    load: async key => isId('sin', key) ? await stores.sessions.findBySignIn(key) : await stores.sessions.find(key),
    write: stores.sessions.touch,
    changes,
    onWriteError: error => { logger.warn({ err: error }, 'the last use of some sessions could not be written down') }
  })
  // Every visit to the sign-in page asks whose an email domain is. Closed doors are not remembered: they are about to be opened.
  const doorsByDomain = rememberEach(stores.doors.findByDomain, ['tenant', 'connection', 'domain'], changes, { max: 5_000, worth: ({ connections }) => connections.some(({ state }) => state === 'live') })
  const knownApps = remember(stores.apps.list, 'app', changes)
  const ring = remember(stores.signingKeys.find, 'signing-key', changes)
  changes.onChange((kind, id) => { if (kind === 'connection') idp.forget(id) })

  return {
    db,
    stores,
    idp,
    changes,
    live,
    mailroom,
    lookUpTxt,
    signals,
    doorsByDomain,
    knownApps,
    ring,
    async close () {
      await live.close().catch(error => { logger.warn({ err: error }, 'the last use of some sessions could not be written down') })
      await changes.close()
      await idp.close()
      mailroom.close()
      await importing.close()
      await disconnect()
      await surroundings.tracing?.close()
    }
  }
}

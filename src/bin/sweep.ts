// Deletes what has expired: logins that nobody finished, sessions that are over, old stories.
import { parseDatabaseConfig } from '../config.ts'
import { sweep } from '../flows/sweep.ts'
import { connect } from '../postgres/connect.ts'
import { createExpired } from '../postgres/expired.ts'
import { sayFault } from './say-fault.ts'

const STORY_SECONDS = 90 * 86_400

try {
  const { db, close } = connect({ url: parseDatabaseConfig(process.env).databaseUrl })
  const swept = await sweep({ expired: createExpired(db), now: () => new Date(), attemptRetentionSeconds: STORY_SECONDS })().finally(close)
  process.stdout.write(`Swept: ${swept.pendingAttempts} unfinished logins, ${swept.signIns} sign-ins, ${swept.endedSignIns} notes of ended ones, ${swept.attempts} stories.\n`)
} catch (error) {
  process.stderr.write(sayFault('Nothing could be swept', error))
  process.exitCode = 1
}

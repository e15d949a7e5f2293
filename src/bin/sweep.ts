// Does what time has made due: deletes what has expired, takes live what was planned, looks again for the records of domains.
import { randomBytes } from 'node:crypto'
import dns from 'node:dns/promises'
import { parseSweepConfig } from '../door-config.ts'
import { goLiveDue } from '../flows/go-live-due.ts'
import { recheckDomains } from '../flows/recheck-domains.ts'
import { sweep } from '../flows/sweep.ts'
import { createLookUpTxt } from '../look-up-txt.ts'
import { connect } from '../postgres/connect.ts'
import { createDomains } from '../postgres/domains.ts'
import { createEvents } from '../postgres/events.ts'
import { createExpired } from '../postgres/expired.ts'
import { createRollOuts } from '../postgres/roll-outs.ts'
import { together } from '../postgres/together.ts'
import { buildId } from '../tenant/id.ts'
import { sayFault } from './say-fault.ts'

const DOMAINS = 1_000

try {
  const { databaseUrl, ...retention } = parseSweepConfig(process.env)
  const { db, close } = connect({ url: databaseUrl })
  const now = () => new Date()
  const newEventId = () => buildId('evt', randomBytes(20))
  const events = createEvents(db, newEventId)
  try {
    // First what people wait for.
    const wentLive = await goLiveDue({ rollOuts: createRollOuts(db), together: together(db, one => ({ rollOuts: createRollOuts(one), events: createEvents(one, newEventId) })), now })()
    const swept = await sweep({ expired: createExpired(db), now, ...retention })()
    const domains = await recheckDomains({ domains: createDomains(db), lookUpTxt: createLookUpTxt(dns), events, now })(DOMAINS)
    process.stdout.write(`Swept: ${swept.pendingAttempts} unfinished logins, ${swept.signIns} sign-ins, ${swept.endedSignIns} notes of ended ones, ${swept.attempts} stories, ${swept.events} events, ${swept.invitations + swept.setupLinks} links, ${swept.signingKeys} keys. Live: ${wentLive}. Domains: ${domains.checked} looked at, ${domains.missing} without their record, ${domains.lost} lost.\n`)
  } finally {
    await close()
  }
} catch (error) {
  process.stderr.write(sayFault('Nothing could be swept', error))
  process.exitCode = 1
}

// The gateway as a process: environment in, traffic served, a polite end.
import { setTimeout as wait } from 'node:timers/promises'
import closeWithGrace from 'close-with-grace'
import { parseConfig } from '../config.ts'
import { buildGateway } from '../gateway.ts'
import { createLogger } from '../log.ts'
import { settleWhenQuiet } from '../settle.ts'
import { traceFor } from '../traced.ts'
import { sayFault } from './say-fault.ts'

const TEND_MS = 60_000
const GRACE_MS = 20_000

try {
  const config = parseConfig(process.env)
  const logger = createLogger(config.logLevel)
  const gateway = await buildGateway(config, { logger, ...await traceFor(config) })
  if ((await gateway.checkStart()).schema === 'newer') logger.warn('the database schema is newer than this version; it serves on, as while a newer release is rolled out or back')
  const tend = async (chores: typeof gateway.chores) => {
    for (const [what, work] of Object.entries(chores)) await work().catch((error: unknown) => { logger.error({ err: error }, `${what} could not be tended; the next try is in a minute`) })
  }
  await tend({ 'the signing keys': gateway.tend })
  const timer = setInterval(() => { void tend(gateway.chores) }, TEND_MS)
  await gateway.management.listen({ host: config.host, port: config.managementPort })
  await gateway.server.listen({ host: config.host, port: config.port })
  settleWhenQuiet(globalThis.gc)
  const delayMs = config.shutdownDelaySeconds * 1000
  closeWithGrace({ delay: GRACE_MS + delayMs, logger: { error: (fault: unknown) => { logger.error(fault) } } }, async ({ err }) => {
    if (err !== undefined) logger.fatal({ err }, 'fault')
    clearInterval(timer)
    gateway.drain()
    // Whoever balances the load needs a moment to notice. A process that is broken has none to give.
    if (err === undefined) await wait(delayMs)
    await gateway.close()
  })
} catch (error) {
  process.stderr.write(sayFault('The gateway cannot start', error))
  process.exit(1)
}

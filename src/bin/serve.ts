// The gateway as a process: environment in, traffic served, a polite end.
import closeWithGrace from 'close-with-grace'
import { ConfigError, parseConfig } from '../config.ts'
import { buildGateway } from '../gateway.ts'
import { createLogger } from '../log.ts'

const TEND_MS = 60_000
const DOMAINS_A_MINUTE = 20

try {
  const config = parseConfig(process.env)
  const logger = createLogger(config.logLevel)
  const gateway = await buildGateway(config, { logger })

  const tend = () => {
    gateway.tend().catch(error => { logger.error({ err: error }, 'the signing keys could not be tended; the next try is in a minute') })
    gateway.recheck().catch(error => { logger.error({ err: error }, 'the connections could not be looked at again; the next try is in a minute') })
    gateway.goLiveDue().catch(error => { logger.error({ err: error }, 'what is to go live by now could not; the next try is in a minute') })
    gateway.recheckDomains(DOMAINS_A_MINUTE).catch(error => { logger.error({ err: error }, 'the domains could not be looked at again; the next try is in a minute') })
  }
  await gateway.tend().catch(error => { logger.error({ err: error }, 'the signing keys could not be tended; the gateway is not ready until they are') })
  const timer = setInterval(tend, TEND_MS)

  await gateway.management.listen({ host: config.host, port: config.managementPort })
  await gateway.server.listen({ host: config.host, port: config.port })

  closeWithGrace({ delay: 20_000 + config.shutdownDelaySeconds * 1000, logger: { error: (fault: unknown) => { logger.error(fault) } } }, async ({ err }) => {
    if (err !== undefined) logger.fatal({ err }, 'fault')
    clearInterval(timer)
    await gateway.close()
  })
} catch (error) {
  process.stderr.write(`${error instanceof ConfigError ? error.message : `The gateway cannot start: ${String(error)}`}\n`)
  process.exit(1)
}

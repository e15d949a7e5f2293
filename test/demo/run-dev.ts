// `npm run dev`: the gateway and the product on this machine, ready for a real Okta. `-- --again` connects anew.
import closeWithGrace from 'close-with-grace'
import path from 'node:path'
import { connectOkta } from './connect-okta.ts'
import { startDev } from './dev.ts'
import { listDomains, readConnection } from './dev-connection.ts'
import { narrate } from './narration.ts'
import { describeCalls, describeDoors, describeOktaSteps } from './okta-steps.ts'
import { link, quiet, strong } from './table.ts'
import { openTerminal } from './terminal.ts'

const { PORT = '4000', DEVELOPMENT_ISSUERS = '' } = process.env
const say = (text: string) => { process.stdout.write(`${text}\n`) }

say(quiet('\n  Starting PostgreSQL, the gateway and the product …'))
const starting = startDev({
  directory: path.resolve(import.meta.dirname, '../../data/dev'),
  port: Number(PORT),
  gatewayPort: Number(PORT) + 1,
  issuers: DEVELOPMENT_ISSUERS.split(',').map(issuer => issuer.trim()).filter(issuer => issuer !== ''),
  log: line => {
    const told = narrate(line)
    if (told !== null) say(told)
  }
})
closeWithGrace({ delay: 20_000, logger: false }, async ({ err }) => {
  say(quiet('\n  Stopping. The data stays in data/dev.'))
  await starting.then(async running => { await running.stop() }, () => {})
  if (err !== undefined) process.stderr.write(`${String(err)}\n`)
})
const dev = await starting.catch((error: unknown) => {
  process.stderr.write(`\n  ${error instanceof Error ? error.message : String(error)}\n\n`)
  process.exit(1)
})

say(`\n  ${strong('Gatehouse is running')} at ${dev.url}\n  ${quiet(`Operator API: ${dev.gateway.url}/api/v1, its token: data/dev/secrets.json`)}`)
let { state } = dev.connection
if (state !== 'live' || process.argv.includes('--again')) {
  say(`\n  ${strong('Connect it in the browser:')} ${link(dev.setupUrl)}\n  ${quiet('The pages that a customer\'s admin sees. Hand over a client secret there: Okta cannot fetch a key from this machine. Or here, step by step:')}`)
  say(describeOktaSteps(dev.connection))
  if (process.stdin.isTTY) {
    say(`  ${strong('5. Tell the gateway')} ${quiet('what is on the tab General → Client Credentials')}`)
    const terminal = openTerminal()
    const connected = await connectOkta(dev.gateway, dev.connection.id, terminal)
    terminal.close()
    if (connected) state = 'live'
  }
  if (state !== 'live' || !process.stdin.isTTY) say(describeCalls(dev))
}
if (state === 'live') say(describeDoors(dev.url, await readConnection(dev.gateway, dev.connection.id), await listDomains(dev.gateway)))

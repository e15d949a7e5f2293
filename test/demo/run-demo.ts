// `npm run demo`
import closeWithGrace from 'close-with-grace'
import { startDemo } from './demo.ts'
import { introduce } from './introduction.ts'
import { narrate } from './narration.ts'
import { quiet } from './table.ts'

const startedAt = performance.now()
const say = (text: string) => { process.stdout.write(`${text}\n`) }
say(quiet('\n  Starting PostgreSQL, the gateway, the product and three Okta stand-ins …'))
const starting = startDemo({ product: 4000, gateway: 4001, acme: 4010, globex: 4020, initech: 4040, mailbox: 4030 }, line => {
  const told = narrate(line)
  if (told !== null) say(told)
})
// From the first moment on: a Ctrl-C in the middle of the start leaves nothing behind either.
closeWithGrace({ delay: 20_000, logger: false }, async ({ err }) => {
  say(quiet('\n  Stopping …'))
  await starting.then(async running => { await running.stop() }, () => {})
  if (err !== undefined) process.stderr.write(`${String(err)}\n`)
})
const demo = await starting.catch((error: unknown) => {
  process.stderr.write(`\n  ${error instanceof Error ? error.message : String(error)}\n\n`)
  process.exit(1)
})
say(`${introduce(demo)}${quiet(`  Ready in ${((performance.now() - startedAt) / 1000).toFixed(1)} s. Sign-ins show up here:`)}\n`)

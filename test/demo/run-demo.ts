// `npm run demo`
import closeWithGrace from 'close-with-grace'
import { introduce, startDemo } from './demo.ts'
import { quiet } from './table.ts'

const startedAt = performance.now()
process.stdout.write(quiet('\n  Starting PostgreSQL, the gateway, the product and two Okta stand-ins …\n'))
const demo = await startDemo({ product: 4000, gateway: 4001, acme: 4010, globex: 4020 })
closeWithGrace({ delay: 10_000, logger: false }, async ({ err }) => {
  if (err !== undefined) process.stderr.write(`${String(err)}\n`)
  process.stdout.write(quiet('\n  Stopping …\n'))
  await demo.stop()
})
process.stdout.write(`${introduce(demo)}${quiet(`  Ready in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`)}\n\n`)

// Fills the compile cache while the image is built: the gateway is put together once, with secrets made up on the spot, and asks nobody.
import { randomBytes } from 'node:crypto'
import { flushCompileCache } from 'node:module'
import 'close-with-grace'
import { parseConfig } from '../config.ts'
import { buildGateway } from '../gateway.ts'
import { createLogger } from '../log.ts'
import './say-fault.ts'

const gateway = await buildGateway(parseConfig({
  PUBLIC_URL: 'https://login.example.com',
  // A port where nobody is.
  DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
  ENCRYPTION_KEYS: `none:${randomBytes(32).toString('base64')}`,
  COOKIE_SECRETS: randomBytes(32).toString('hex')
}), { logger: createLogger('silent') })
await gateway.management.ready()
await gateway.server.ready()
await gateway.close()
flushCompileCache()

// Which port does a server of the demo get? The wanted one, unless somebody listens there already.
import { createServer } from 'node:net'
import { findFreePort } from '../world/gateway.ts'

/** @param wanted 0 for any. `localhost` is two addresses, and both must be free. */
export async function choosePort (wanted: number): Promise<number> {
  if (wanted === 0) return await findFreePort()
  const free = await isFree(wanted, '127.0.0.1') && await isFree(wanted, '::1')
  return free ? wanted : await findFreePort()
}

async function isFree (port: number, host: string): Promise<boolean> {
  const probe = createServer()
  return await new Promise(resolve => {
    // A machine without IPv6 has nobody listening there either.
    probe.once('error', error => { resolve('code' in error && error.code !== 'EADDRINUSE' && error.code !== 'EACCES') })
    probe.listen(port, host, () => { probe.close(() => { resolve(true) }) })
  })
}

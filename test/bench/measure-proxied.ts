// What does a page of an app cost that is served through the gateway, compared with a proxy that lets everybody through?
import { productionNode } from '../world/production-node.ts'
import { signInCrowd } from './crowd.ts'
import { textIn } from './facts.ts'
import type { Finding } from './finding.ts'
import { fire } from './load.ts'
import { startProcess } from './measured-process.ts'
import { inTurn, summarize } from './rounds.ts'
import type { Scene } from './scene.ts'
import { proxied } from './visit.ts'

const AMOUNT = 5_000

export async function measureProxied (scene: Scene): Promise<Finding[]> {
  const product = await startProcess('product-process.ts', null)
  const proxy = await startProcess('proxy-process.ts', scene.cores, productionNode)
  try {
    const upstream = textIn(await product.ask('start'), ['url']).url
    const proxyUrl = textIn(await proxy.ask('start', { upstream }), ['url']).url
    const { host } = textIn(await scene.gateway.ask('serve', { upstream }), ['host'])
    const cookieOf = await signInCrowd({ ...scene, host, tenants: 1, sessions: 1 })
    const visitors = [{ ...proxied(host), cookie: cookieOf(0), accept: '*/*', 'user-agent': 'proxy' }]
    const shot = (url: string) => ({ url: `${url}/orders`, visitors, amount: AMOUNT, expectedStatus: 200 })
    const rounds = await inTurn({
      proxy: async () => await fire(proxy, shot(proxyUrl)),
      gateway: async () => await fire(scene.gateway, shot(scene.url))
    }, { rounds: 9, warmUp: 3, mostSeconds: 40 })
    const each = (value: (round: typeof rounds[number]) => number) => summarize(rounds.map(value))
    return [
      { what: 'proxied: CPU of a bare proxy / CPU of the gateway, GET of 1 KB', unit: '', ...each(({ proxy, gateway }) => proxy.cpuMicroseconds / gateway.cpuMicroseconds), must: { atLeast: 0.8 } },
      { what: 'proxied: CPU', unit: 'µs', ...each(({ gateway }) => gateway.cpuMicroseconds) },
      { what: 'proxied: CPU of a bare proxy', unit: 'µs', ...each(({ proxy }) => proxy.cpuMicroseconds) }
    ]
  } finally {
    await proxy.stop()
    await product.stop()
  }
}

// What does a vendor run? A database, the gateway, and a product in front of both: one origin, the gateway under /auth.
import type { EmbeddedPostgres } from '../world/embedded-postgres.ts'
import { startPostgres } from '../world/embedded-postgres.ts'
import { migrateDatabase, type RunningGateway, startGateway } from '../world/gateway.ts'
import { startProductApp } from '../world/product-app.ts'
import { choosePort } from './ports.ts'

export interface VendorOptions {
  /** Where the database keeps its data; a fresh one that is removed again when left out. */
  readonly directory?: string
  /** Wanted port of the product; another is taken when somebody listens there. */
  readonly port: number
  readonly gatewayPort: number
  readonly issuers: readonly string[]
  /** The same secrets again, where the data is kept. */
  readonly environment?: Readonly<Record<string, string>>
  readonly log?: (line: string) => void
}

export interface Vendor {
  /** The product, and PUBLIC_URL. */
  readonly url: string
  readonly gateway: RunningGateway
  readonly postgres: EmbeddedPostgres
  stop (): Promise<void>
}

export const product = { slug: 'northwind', name: 'Northwind', audience: 'https://api.northwind.test' }
const DATABASE = 'gatehouse'

export async function startVendor (options: VendorOptions): Promise<Vendor> {
  const stops: (() => Promise<void>)[] = []
  const stop = async () => { for (const close of stops.splice(0).reverse()) await close() }
  try {
    const postgres = await startPostgres(options.directory === undefined ? {} : { directory: options.directory })
    stops.push(async () => { await postgres.stop() })
    await postgres.createDatabase(DATABASE).catch(refuseOther)
    const databaseUrl = postgres.url(DATABASE)
    await migrateDatabase(databaseUrl)

    let gateway: RunningGateway | null = null
    const front = await startProductApp({ gateway: () => gateway?.url ?? '', port: await choosePort(options.port), app: product.slug, audience: product.audience, name: product.name })
    stops.push(front.stop)
    gateway = await startGateway({
      databaseUrl,
      publicUrl: front.url,
      port: await choosePort(options.gatewayPort),
      issuers: options.issuers,
      environment: { TRUSTED_PROXIES: '127.0.0.1,::1', BRAND_ACCENT: '#0f6b5c', ...options.environment },
      ...(options.log === undefined ? {} : { log: options.log })
    })
    stops.push(gateway.close)
    await registerProduct(gateway, front.url)
    return { url: front.url, gateway, postgres, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function registerProduct (gateway: RunningGateway, url: string): Promise<void> {
  const app = { ...product, hosts: [new URL(url).host], returnTo: [`${url}/`], homeUrl: `${url}/` }
  const known = await gateway.api('GET', `/apps/${product.slug}`)
  const answer = known.status === 404 ? await gateway.api('POST', '/apps', app) : await gateway.api('PATCH', `/apps/${product.slug}`, app)
  if (answer.status >= 300) throw new Error(`The product could not be registered: ${JSON.stringify(answer.body)}`)
}

// A kept directory has its database already.
function refuseOther (error: unknown): void {
  if (!(error instanceof Error) || Reflect.get(error, 'code') !== '42P04') throw error
}

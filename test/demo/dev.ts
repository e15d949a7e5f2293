// What does a developer need to try a real Okta? The gateway and the product, and a database that is there again tomorrow.
import path from 'node:path'
import { made } from '../world/tenancy.ts'
import { type DevConnection, prepareConnection, TENANT } from './dev-connection.ts'
import { keepSecrets } from './dev-secrets.ts'
import { choosePort } from './ports.ts'
import { startVendor, type Vendor } from './vendor.ts'

export interface DevOptions {
  readonly directory: string
  /** Of the product, and so part of every address that is registered in Okta. */
  readonly port: number
  readonly gatewayPort: number
  /** Origins of stand-ins that may be plain http; none for a real Okta. */
  readonly issuers: readonly string[]
  readonly log?: (line: string) => void
}

export interface Dev extends Omit<Vendor, 'postgres'> {
  readonly operatorToken: string
  /** As it was found or made at the start. */
  readonly connection: DevConnection
  /** The same as the steps in the terminal, on pages; opens once. */
  readonly setupUrl: string
}

/** @throws Error where somebody else listens on the port: on another one Okta would refuse to send people back. */
export async function startDev ({ directory, port, gatewayPort, issuers, log }: DevOptions): Promise<Dev> {
  if (await choosePort(port) !== port && port !== 0) {
    throw new Error(`Something else listens on port ${port}. Stop it, or set PORT to another one: it is part of the addresses that are registered in Okta.`)
  }
  const environment = keepSecrets(directory)
  const vendor = await startVendor({ directory: path.join(directory, 'postgres'), port, gatewayPort, issuers, environment: { ...environment }, ...(log === undefined ? {} : { log }) })
  try {
    const connection = await prepareConnection(vendor.gateway, issuers[0])
    const setupUrl = String((await made(vendor.gateway, `/tenants/${TENANT}/setup-links`, { mayChangeLive: true })).url)
    return { url: vendor.url, gateway: vendor.gateway, operatorToken: environment.OPERATOR_TOKEN, connection, setupUrl, stop: vendor.stop }
  } catch (error) {
    await vendor.stop()
    throw error
  }
}

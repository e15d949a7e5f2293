// What stands around the gateway while it is measured? A database, a provider and two bare servers, each in a process of its own.
import { randomBytes } from 'node:crypto'
import { startPostgres, withClient } from '../world/embedded-postgres.ts'
import { migrateDatabase } from '../world/gateway.ts'
import { productionNode } from '../world/production-node.ts'
import { numbersIn, textIn } from './facts.ts'
import { type Cores, type MeasuredProcess, startProcess } from './measured-process.ts'
import { ask, closeBrowsers, type Place, proxied, signIn } from './visit.ts'

export interface Scene extends Place {
  readonly cores: Cores | null
  readonly databaseUrl: string
  /** Whoever else opens the database has to open what is sealed in it. */
  readonly encryptionKeys: string
  /** With it the bench signs cookies for people that it has put into the tables. */
  readonly cookieSecret: string
  readonly postgresVersion: string
  readonly gateway: MeasuredProcess
  readonly bare: MeasuredProcess & { readonly url: string }
  /** Answers the headers of a real check. */
  readonly sameHeaders: MeasuredProcess & { readonly url: string }
  signIn (): Promise<string>
  /** How often the provider was asked: for tokens, and for anything else. */
  asked (): Promise<{ readonly token: number, readonly other: number }>
  stop (): Promise<void>
}

const DATABASE = 'bench'

export async function setScene (cores: Cores | null, nodeOptions: readonly string[]): Promise<Scene> {
  const stops: (() => Promise<void>)[] = []
  const stop = async () => { for (const close of stops.splice(0).reverse()) await close() }
  const start = async (name: string, core: Cores | null, options: readonly string[] = []) => {
    const started = await startProcess(name, core, options)
    stops.push(started.stop)
    return started
  }
  try {
    const postgres = await startPostgres()
    stops.push(postgres.stop)
    await postgres.createDatabase(DATABASE)
    const databaseUrl = postgres.url(DATABASE)
    await migrateDatabase(databaseUrl)
    let postgresVersion = 'unknown'
    await withClient(databaseUrl, async client => { postgresVersion = textIn((await client.query('show server_version')).rows[0], ['server_version']).server_version })

    stops.push(closeBrowsers)
    // Not pinned to the measured core: it goes where this process is.
    const provider = await start('provider-process.ts', null)
    const person = textIn(await provider.ask('start'), ['origin', 'clientId', 'clientSecret', 'email', 'name'])
    const encryptionKeys = `bench:${randomBytes(32).toString('base64')}`
    const gateway = await start('gateway-process.ts', cores, [...productionNode, ...nodeOptions])
    const place = textIn(await gateway.ask('start', { ...person, databaseUrl, encryptionKeys }), ['url', 'host', 'connection', 'cookieSecret'])
    const cookie = await signIn(place, person.email)
    const headers = await ask(`${place.url}/auth/check`, { ...proxied(place.host), cookie })
    const own = Object.fromEntries(Object.entries(headers).filter(([name]) => name === 'authorization' || name === 'cache-control' || name.startsWith('x-auth-request-')))
    const bare = await start('bare-process.ts', cores, productionNode)
    const sameHeaders = await start('bare-process.ts', cores, productionNode)
    return {
      ...place,
      cores,
      databaseUrl,
      encryptionKeys,
      postgresVersion,
      gateway,
      bare: { ...bare, ...textIn(await bare.ask('start'), ['url']) },
      sameHeaders: { ...sameHeaders, ...textIn(await sameHeaders.ask('start', own), ['url']) },
      signIn: async () => await signIn(place, person.email),
      asked: async () => numbersIn(await provider.ask('asked'), ['token', 'other']),
      stop
    }
  } catch (error) {
    await stop()
    throw error
  }
}

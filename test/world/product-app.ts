// What does a vendor's product look like behind the gateway? One origin: the product at `/`, the gateway under `/auth`.
import httpProxy from '@fastify/http-proxy'
import fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import { readFileSync } from 'node:fs'
import { addOrdersApi } from './product-app/orders-api.ts'
import { CONTENT_SECURITY_POLICY, deskPage, ICON, landingPage, missingPage, unavailablePage } from './product-app/pages.ts'
import { askSession } from './product-app/session.ts'

const STYLE = readFileSync(new URL('product-app/product.css', import.meta.url), 'utf8')
const SCRIPT = readFileSync(new URL('product-app/product.js', import.meta.url), 'utf8')
// The very file that the documentation gives to product engineers: what is written there is what runs here.
const BROWSER_MODULE = readFileSync(new URL('../../docs/browser-module.js', import.meta.url), 'utf8')

const PAGE = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': CONTENT_SECURITY_POLICY, 'cache-control': 'no-store' }

export interface ProductAppOptions {
  /** Where the gateway really listens. Asked when needed, as the gateway has to know the product's address first. */
  gateway: () => string
  port?: number
  name?: string
  /** The product's slug and audience in the gateway. */
  app?: string
  audience?: string
  /** The origin people see, when it is not `http://localhost:{port}`. It is the gateway's PUBLIC_URL. */
  publicUrl?: string
}

interface Visitor { headers: { host?: string | undefined }, ip: string }

export interface ProductApp { url: string, stop (): Promise<void> }

/** Starts the product. Its `url` is the gateway's PUBLIC_URL. */
export async function startProductApp (options: ProductAppOptions): Promise<ProductApp> {
  const { gateway, name = 'Northwind', app = 'northwind', audience = 'https://api.northwind.test' } = options
  const server = fastify({ forceCloseConnections: true })
  let url = options.publicUrl ?? ''

  // What the product's own proxy says about the visitor; what the visitor says about it is thrown away.
  const forwarded = (request: Visitor): Record<string, string> => {
    const { host, protocol } = new URL(url)
    return { 'x-forwarded-host': options.publicUrl === undefined ? request.headers.host ?? host : host, 'x-forwarded-proto': protocol.slice(0, -1), 'x-forwarded-for': request.ip }
  }

  addGateway(server, gateway, forwarded)
  server.get('/', async (request, reply) => {
    const { cookie } = request.headers
    const answer = await askSession(gateway(), { ...forwarded(request), ...(cookie === undefined ? {} : { cookie }) })
    const pages = { 'signed-out': landingPage, unavailable: unavailablePage }
    const page = answer.state === 'signed-in' ? deskPage(name, answer.session, app) : pages[answer.state](name)
    return await reply.code(answer.state === 'unavailable' ? 503 : 200).headers(PAGE).send(page.toString())
  })
  server.setNotFoundHandler(async (_request, reply) => await reply.code(404).headers(PAGE).send(missingPage(name).toString()))
  server.get('/icon.svg', async (_request, reply) => await reply.type('image/svg+xml').send(ICON))
  server.get('/product.css', async (_request, reply) => await reply.type('text/css; charset=utf-8').send(STYLE))
  server.get('/product.js', async (_request, reply) => await reply.type('text/javascript; charset=utf-8').send(SCRIPT))
  server.get('/browser-module.js', async (_request, reply) => await reply.type('text/javascript; charset=utf-8').send(BROWSER_MODULE))

  addOrdersApi(server, { issuer: () => url, audience, keysUrl: () => new URL('/.well-known/jwks.json', gateway()) })
  const address = new URL(await server.listen({ port: options.port ?? 0, host: 'localhost' }))
  url = options.publicUrl ?? `http://localhost:${address.port}`
  return { url, stop: async () => { await server.close() } }
}

/** Hands the gateway's paths through, unchanged, with the visitor's address on them. */
function addGateway (server: FastifyInstance, gateway: () => string, forwarded: (request: Visitor) => Record<string, string>): void {
  for (const prefix of ['/auth', '/.well-known']) {
    server.register(httpProxy, {
      upstream: '',
      prefix,
      rewritePrefix: prefix,
      replyOptions: {
        getUpstream: gateway,
        rewriteRequestHeaders: (request, headers) => {
          const passed = Object.entries(headers).filter(([header]) => !/^(x-)?forwarded/i.test(header))
          return { ...Object.fromEntries(passed), ...forwarded(request) }
        }
      }
    })
  }
}

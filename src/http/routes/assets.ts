// The stylesheet, the logo and the mark.
import type { FastifyInstance } from 'fastify'
import type { Assets } from '../pages/assets.ts'
import { RequestRefusal } from '../refusal.ts'
import { paths } from '../paths.ts'

export function assetRoutes (app: FastifyInstance, assets: Assets): void {
  const files = new Map(assets.files.map(file => [file.href, file]))
  app.get(paths.assets, { exposeHeadRoute: true }, async (request, reply) => {
    const file = files.get(request.url.split('?')[0] ?? '')
    if (file === undefined) throw new RequestRefusal('route-unknown')
    reply.headers(file.headers)
    if (request.headers['if-none-match'] === file.etag) return await reply.code(304).send()
    return await reply.send(Buffer.from(file.body))
  })
}

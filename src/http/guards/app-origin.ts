// May a script of that origin read the answer? Only the vendor's own apps, each named exactly; with cookies, so never `*`.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../../tenant/app.ts'
import { schemeOf } from '../../tenant/app.ts'
import { originOf } from '../visitor.ts'

export interface AppOriginNeeds {
  readonly apps: () => readonly App[] | Promise<readonly App[]>
  readonly plainLocalhost: boolean
}

/** Answers CORS for the origins of apps. Anybody else gets no header, and their browser keeps the answer from them. */
export function allowAppOrigins ({ apps, plainLocalhost }: AppOriginNeeds) {
  return async function (request: FastifyRequest, reply: FastifyReply): Promise<void> {
    reply.header('vary', 'Origin')
    const { origin } = request.headers
    if (origin === undefined || origin === originOf(request)) return
    if (!(await apps()).some(app => originsOf(app, plainLocalhost).includes(origin))) return
    reply.header('access-control-allow-origin', origin).header('access-control-allow-credentials', 'true')
    if (request.method !== 'OPTIONS') return
    reply.header('access-control-allow-methods', 'GET, POST').header('access-control-allow-headers', 'content-type, x-csrf').header('access-control-max-age', '600')
  }
}

export function originsOf (app: App, plainLocalhost: boolean): readonly string[] {
  return app.hosts.map(host => `${schemeOf(host, { plainLocalhost })}://${host}`)
}

// Who is asking, and may they? Asked before anything else, so that without a credential nobody learns what is here. RFC 6750 §§2.1, 3.
import type { FastifyRequest, FastifySchema } from 'fastify'
import { checkScope, type Operator, type Scope, scopes } from '../../../tenant/api-key.ts'
import type { By } from '../../../tenant/event.ts'
import type { FindOperator } from '../../operator-credentials.ts'
import { RequestRefusal } from '../../refusal.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Null outside the operator's scope, and before the guard has asked. */
    operator: Operator | null
  }
}

export function admitOperator (find: FindOperator) {
  return async function (request: FastifyRequest): Promise<void> {
    const [, bearer] = /^Bearer +([\x21-\x7e]{1,4096}) *$/i.exec(request.headers.authorization ?? '') ?? []
    request.operator = bearer === undefined ? null : await find(bearer)
    if (request.operator === null) throw new RequestRefusal('unauthorized', 'Send the operator token or an API key as `Authorization: Bearer …`.', { 'www-authenticate': 'Bearer' })
    request.outcome.actor = request.operator.actor
    // What is no route has no scope, and is answered as such.
    if (!request.is404) checkScope(request.operator.scopes, scopeOf(request.routeOptions.schema, request.routeOptions.url))
  }
}

/** The scope that a route demands, from where its description has it. A route about which nobody has decided is none that can be served. */
export function scopeOf (schema: FastifySchema | undefined, url: string | undefined): Scope {
  const wanted = schema?.security?.[0]?.['operatorToken']?.[0]
  const scope = scopes.find(known => known === wanted)
  if (scope === undefined) throw new Error(`The route ${url ?? ''} does not say which scope it needs.`)
  return scope
}

export function operatorOf ({ operator }: FastifyRequest): Operator {
  if (operator === null) throw new Error('Nobody has asked who the operator is.')
  return operator
}

/** Who and from where, for what is written down of the request. */
export function by (request: FastifyRequest): By {
  return { actor: operatorOf(request).actor, address: request.ip }
}

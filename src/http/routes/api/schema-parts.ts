// Of which pieces are the schemas of the API made? They are what validates, what serializes and what OpenAPI shows: JSON Schema 2020-12.
import { Type } from 'typebox'
import type { Static, TProperties, TSchema } from 'typebox'
import type { Scope } from '../../../tenant/api-key.ts'

/** An object with these fields and no others: on the way in they are refused, on the way out they cannot leak. */
export function strict<Fields extends TProperties> (fields: Fields) {
  return Type.Object(fields, { additionalProperties: false })
}

/** The same fields, any of them. */
export function anyOf<Fields extends TProperties> (fields: Fields) {
  return Type.Partial(Type.Object(fields), { additionalProperties: false })
}

/** A type or null, in the spelling of JSON Schema that gives readable faults. */
export function orNull<Schema extends TSchema & { type: string }> (schema: Schema) {
  return Type.Unsafe<Static<Schema> | null>({ ...schema, type: [schema.type, 'null'] })
}

export const Slug = Type.String({ minLength: 1, maxLength: 63, description: '1 to 63 of a-z, 0-9 and -, and never like an id.' })
export const Name = Type.String({ minLength: 1, maxLength: 200, description: 'For people to read.' })
export const Url = Type.String({ minLength: 1, maxLength: 2048, description: 'https; plain http for localhost names while the gateway itself runs so.' })
export const Email = Type.String({ minLength: 3, maxLength: 254 })
export const Roles = Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 100 })
export const Moment = Type.String({ format: 'date-time' })
export const Done = Type.Null({ description: 'Done.' })
export const Ended = strict({ ended: Type.Integer({ description: 'How many sign-ins ended, each on all its hosts.' }) })

// What a path names has no form here: whatever does not exist is 404, whether it could or not.
const TenantPart = Type.String({ description: 'Id or slug.' })
const Part = Type.String()
export const TenantPath = Type.Object({ tenant: TenantPart })
export const DomainPath = Type.Object({ tenant: TenantPart, domain: Part })
export const ConnectionPath = Type.Object({ tenant: TenantPart, connection: Part })
export const MemberPath = Type.Object({ tenant: TenantPart, member: Part })
export const AppPath = Type.Object({ app: Type.String({ description: 'Id or slug.' }) })
export const AttemptPath = Type.Object({ reference: Part })
export const SessionPath = Type.Object({ session: Type.String({ description: 'Id of a session (ses-…) or of a sign-in (sin-…).' }) })

/** What OpenAPI says of a route besides its schemas. Whose key may use it is a part of that, and what is asked at the door. */
export function about (tag: string, operationId: string, summary: string, scope: Scope) {
  return { tags: [tag], operationId, summary, security: [{ operatorToken: [scope] }] }
}

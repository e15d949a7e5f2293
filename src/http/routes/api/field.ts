// How does a field of a request become what the core speaks of? By the core's own parser, and its refusal names the field.
import { isPrintable } from '../../../oidc/plain-text.ts'
import { OidcRefusal } from '../../../oidc/refusal.ts'
import { OktaRefusal } from '../../../okta/refusal.ts'
import { TenantRefusal } from '../../../tenant/refusal.ts'
import type { UrlPolicy } from '../../../tenant/url.ts'
import { parseWebUrl } from '../../../tenant/url.ts'
import { ValidationRefusal } from '../../validation.ts'

/** The field, parsed, where it is given; to be spread into what is saved. */
export function given<Field extends string, In, Out> (field: Field, value: In | undefined, parse: (value: In) => Out): { [Key in Field]?: Out } {
  const read: { [Key in Field]?: Out } = {}
  if (value !== undefined) read[field] = inField(field, () => parse(value))
  return read
}

/** Whatever the core refuses is said with the name of the field in front: a request has many, and the sentence alone fits several. */
export function inField<Value> (field: string, read: () => Value): Value {
  const naming = (detail: string | undefined) => detail === undefined ? field : `${field}: ${detail}`
  try {
    return read()
  } catch (error) {
    if (error instanceof TenantRefusal) throw new TenantRefusal(error.code, naming(error.detail), { cause: error })
    if (error instanceof OktaRefusal) throw new OktaRefusal(error.code, naming(error.detail), { cause: error })
    if (error instanceof OidcRefusal) throw new OidcRefusal(error.code, { detail: naming(error.detail), cause: error })
    throw error
  }
}

/** A fault of one field that no schema can say. */
export function fieldFault (field: string, message: string): ValidationRefusal {
  return new ValidationRefusal([{ path: `/${field}`, message }])
}

/** Null is how a field is emptied. */
export function unlessNull<In, Out> (parse: (value: In) => Out): (value: In | null) => Out | null {
  return value => value === null ? null : parse(value)
}

/** One line of printable text that the core has no rule for. */
export function parseLine (text: string): string {
  const line = text.trim()
  if (!isPrintable(line, 2048)) throw new TenantRefusal('value-malformed', 'Write one line of printable text.')
  return line
}

export function parseUrlBy (policy: UrlPolicy): (text: string) => string {
  return text => parseWebUrl(text, policy)
}

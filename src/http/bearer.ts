// Which token does a program bring? One reading for every door: two that differed would be two opinions on who is there.
import { Secret } from '../secret.ts'

/** @returns what stands in an `Authorization: Bearer …` header (RFC 6750 §2.1), or null. Longer than any that we issue is none of ours. */
export function readBearer (header: string | undefined): Secret | null {
  if (header === undefined) return null
  const token = /^Bearer +([A-Za-z0-9._~+/=-]{20,12288})$/i.exec(header)?.[1]
  return token === undefined ? null : new Secret(token)
}

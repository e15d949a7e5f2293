// What names a thing? An id that is URL-safe, says its kind, and holds no underscore (Okta refuses `_` in SCIM base URLs).

declare const brand: unique symbol
export type Id<Kind extends string> = string & { readonly [brand]: Kind }

export type TenantId = Id<'tnt'>
export type ConnectionId = Id<'con'>
export type AppId = Id<'app'>
export type MemberId = Id<'mem'>
export type SessionId = Id<'ses'>
export type SignInId = Id<'sin'>
export type SetupLinkId = Id<'lnk'>
export type InvitationId = Id<'inv'>
export type ApiKeyId = Id<'apk'>
export type IdentityId = Id<'idn'>

const kinds = ['tnt', 'con', 'app', 'mem', 'ses', 'sin', 'key', 'evt', 'lnk', 'inv', 'apk', 'idn'] as const
export type IdKind = typeof kinds[number]

// 32 letters and digits that are not mistaken for one another when read aloud: no l, o, 0, 1.
const alphabet = '23456789abcdefghijkmnpqrstuvwxyz'
const length = 20

/** Twenty letters of five bits each: 100 random bits. */
export const ID_BYTES = length

/**
 * Makes an id of the given kind from random bytes.
 * @param random at least `ID_BYTES` random bytes; the low five bits of each are used. Fewer are our own fault: RangeError.
 */
export function buildId<Kind extends IdKind> (kind: Kind, random: Uint8Array): Id<Kind> {
  if (random.length < length) throw new RangeError(`An id needs ${length} random bytes.`)
  return `${kind}-${buildWord(random, 0, length)}` as Id<Kind>
}

/** One letter for each byte, of the alphabet that ids use; of all bytes, or of those from one to before another. */
export function buildWord (random: Uint8Array, from = 0, to = random.length): string {
  let word = ''
  for (let at = from; at < to; at++) word += alphabet.charAt((random[at] ?? 0) & 31)
  return word
}

const pattern = new RegExp(`^(${kinds.join('|')})-[${alphabet}]{${length}}$`)

/** Whether the text is an id of this kind by its form. Says nothing of its existence. */
export function isId<Kind extends IdKind> (kind: Kind, text: string): text is Id<Kind> {
  return text.startsWith(`${kind}-`) && pattern.test(text)
}

/** Whether the text looks like an id of any kind; a slug must not. */
export function looksLikeId (text: string): boolean {
  return kinds.some(kind => text.startsWith(`${kind}-`))
}

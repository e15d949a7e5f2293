// What did an admin paste as client id or client secret? The likely mistake by its name, since Okta's screens hold many long words.
import { OktaRefusal } from './refusal.ts'
import type { CredentialRefusalCode } from './refusal.ts'

const MAX_LENGTH = 2048
// What comes along when something is copied out of a mail, a table or a JSON file.
const around = /^[\s\p{C}"'`‘’“”«»<(,;]+|[\s\p{C}"'`‘’“”«»>),;]+$/gu

const clientCredentials = 'Okta Admin Console → Applications → the app → General → Client Credentials'
const clientIdForm = /^0oa[0-9A-Za-z]{17}$/
const address = /^[a-z][a-z0-9+.-]*:\/\/|^[\w-]+(?:\.[\w-]+)+(?:\/|$)/i

type Mistake = readonly [looksSo: RegExp, sentence: string]

const inEither: readonly Mistake[] = [
  [/^$/, `Nothing was pasted. It stands in ${clientCredentials}.`],
  [/^[•●∙*·․.]{4,}$/u, 'Those are the dots that Okta shows instead of the value. Use the copy button beside them.'],
  [/^eyJ[\w-]+\.[\w-]*\./, 'That is a token, which lives for an hour. What is needed never changes by itself.'],
  [/\s/, 'There is a space inside, so more than one thing was copied. Use the copy button beside the value.'],
  [/^[^@]+@[^@]+$/, 'That is an email address.'],
  [/^00T[0-9A-Za-z]{17}$/, 'That is the id of an API token.'],
  [/^00u[0-9A-Za-z]{17}$/, 'That is the id of a person (00u…).'],
  [/^00o[0-9A-Za-z]{17}$/, 'That is the id of the organization (00o…).'],
  [/^00[\w-]{40}$/, 'That looks like an Okta API token, which opens the whole organization. It was not kept; revoke it in Okta: Security → API → Tokens.'],
  [address, 'That is an address. It belongs into another field.']
]

const asClientId: readonly Mistake[] = [
  ...inEither,
  [/^ocs[0-9A-Za-z]{17}$/, `That is the id of a client secret. The client id begins with 0oa and stands above it: ${clientCredentials}.`],
  [/^0oa(?![0-9A-Za-z]{17}$)[0-9A-Za-z]*$/, 'A client id of Okta has 20 characters, so part of it is missing or there twice. Use the copy button beside it.'],
  [/^[\w-]{40,}$/, `That looks like the client secret. The client id begins with 0oa and stands above it: ${clientCredentials}.`],
  [/[^\w.-]/, 'A client id has letters and digits only.']
]

const asClientSecret: readonly Mistake[] = [
  ...inEither,
  [clientIdForm, `That is the client id. The client secret stands below it: ${clientCredentials} → Client Secrets.`],
  [/^0oa[0-9A-Za-z]*$/, `That is part of the client id. The client secret stands below it: ${clientCredentials} → Client Secrets.`],
  [/^ocs[0-9A-Za-z]{17}$/, 'That is the id of the secret and not the secret itself. Use the copy button beside the dots.'],
  [/^.{1,13}$/, 'A client secret is longer than that. Use the copy button beside the dots.'],
  [/[^\x21-\x7e]/, 'A client secret has no such characters. Use the copy button beside the dots.']
]

/**
 * Takes what was pasted as client id; returns it without what came along at its ends.
 * @throws OktaRefusal `client-id-mistaken`, with the likely mistake; what was pasted is never repeated, it may be a secret.
 */
export function parsePastedClientId (pasted: string): string {
  return parse(pasted, asClientId, 'client-id-mistaken')
}

/**
 * Takes what was pasted as client secret; returns it without what came along at its ends.
 * @throws OktaRefusal `client-secret-mistaken`, as above.
 */
export function parsePastedClientSecret (pasted: string): string {
  return parse(pasted, asClientSecret, 'client-secret-mistaken')
}

function parse (pasted: string, mistakes: readonly Mistake[], code: CredentialRefusalCode): string {
  if (pasted.length > MAX_LENGTH) throw new OktaRefusal(code, 'That is far too long. Use the copy button beside the value.')
  const text = pasted.replace(around, '')
  const mistake = mistakes.find(([looksSo]) => looksSo.test(text))
  if (mistake !== undefined) throw new OktaRefusal(code, mistake[1])
  return text
}

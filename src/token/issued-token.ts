// How is a token kept in memory by the hundred thousand, until little of it is left?
import type { AccessTokenClaims } from './claims.ts'

interface Purpose {
  readonly app: { readonly id: string, readonly audience: string }
  readonly claims: Pick<AccessTokenClaims, 'iat' | 'exp' | 'sub' | 'email' | 'tenant' | 'roles'>
  readonly kid: string
  /** The keys that it was signed under, as they were then. */
  readonly ring: object
}

// The last header of a token that was seen: all that one key signs begin with the same hundred characters.
let commonHead = ''

export class IssuedToken {
  readonly appId: string
  readonly audience: string
  readonly kid: string
  readonly ring: object
  /** Seconds since the epoch. From here on, the last tenth of its life in whole seconds, a new one is minted. */
  readonly renewAt: number
  /** Whom it names, as its claims do. */
  readonly sub: string
  readonly email: string
  readonly tenant: string
  /** Joined by commas. */
  readonly roles: string
  /** Seconds since the epoch. */
  readonly exp: number
  readonly #head: string
  readonly #rest: string

  constructor (token: string, { app, claims, kid, ring }: Purpose) {
    const dot = token.indexOf('.') + 1
    const head = token.slice(0, dot)
    if (head !== commonHead) commonHead = copy(head)
    this.#head = commonHead
    this.#rest = copy(token.slice(dot))
    this.appId = app.id
    this.audience = app.audience
    this.kid = kid
    this.ring = ring
    this.sub = claims.sub
    this.email = claims.email
    this.tenant = claims.tenant
    this.roles = copy(claims.roles.join(','))
    this.exp = claims.exp
    this.renewAt = claims.exp - Math.floor((claims.exp - claims.iat) / 10)
  }

  get token (): string {
    return this.#head + this.#rest
  }

  isFor ({ id, audience }: Purpose['app']): boolean {
    return this.appId === id && this.audience === audience
  }
}

/** What was cut out of a text, or put together from pieces, keeps all of them in memory. */
function copy (text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}

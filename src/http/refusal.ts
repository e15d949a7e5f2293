// Why is a request refused before anybody looks at what it is about?
import type { RequestRefusalCode } from './problems.ts'

export class RequestRefusal extends Error {
  readonly code: RequestRefusalCode
  readonly detail: string | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor (code: RequestRefusalCode, detail?: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail === undefined ? code : `${code}: ${detail}`)
    this.name = 'RequestRefusal'
    this.code = code
    this.detail = detail
    this.headers = headers
  }
}

// How does a page of the organisation come and go? A form in, a page out.
import type { OktaContext } from './provider.ts'

export type Visit = (ctx: OktaContext) => Promise<void> | void

const FORM_LIMIT = 64 * 1024

export function show (ctx: OktaContext, page: { toString (): string }, status = 200): void {
  ctx.status = status
  ctx.type = 'html'
  ctx.body = page.toString()
}

export async function readForm (ctx: OktaContext): Promise<URLSearchParams> {
  ctx.req.setEncoding('utf8')
  let text = ''
  for await (const chunk of ctx.req) {
    text += String(chunk)
    if (text.length > FORM_LIMIT) ctx.throw(413)
  }
  return new URLSearchParams(text)
}

// What must nobody ever read who looks at a page, a story or the log? Everything that passed between browser, gateway and Okta.
import type { Browser } from '../world/browser.ts'
import { answered, type Exchange } from './outgoing.ts'

const LEAST = 16

/** Codes, states, nonces and verifiers of one journey, its cookies and tokens, and what the gateway proved itself with. */
export function collectSecrets (browser: Browser, exchanges: readonly Exchange[]): readonly string[] {
  const fromAddresses = browser.hops.flatMap(({ url }) => {
    const { searchParams } = new URL(url)
    return ['code', 'state', 'nonce', 'id_token', 'access_token'].map(name => searchParams.get(name) ?? '')
  })
  const fromCookies = browser.jar.list().flatMap(({ value }) => [value, decodeURIComponent(value), ...value.split('.')])
  const fromExchanges = exchanges.flatMap(exchange => [
    ...['code', 'code_verifier', 'client_secret', 'client_assertion'].map(name => exchange.parameters.get(name) ?? ''),
    exchange.authorization.split(' ')[1] ?? '',
    ...(exchange.answer.startsWith('{') ? ['access_token', 'id_token', 'refresh_token'].map(name => answered(exchange, name)) : [])
  ])
  return [...new Set([...fromAddresses, ...fromCookies, ...fromExchanges])].filter(text => text.length >= LEAST)
}

/** Which of them the text holds, as they are or encoded; and anything that looks like a token, whoever made it. */
export function secretsIn (text: string, secrets: readonly string[]): readonly string[] {
  const found = secrets.filter(secret => text.includes(secret) || text.includes(encodeURIComponent(secret)))
  return [...found, ...text.match(/eyJ[\w-]{16,}\.[\w-]+/g) ?? []]
}

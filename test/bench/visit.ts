// What does one sign-in look like from outside? The two requests that the gateway sees, and between them the provider's own page.
import { Agent, request } from 'undici'

export interface Place {
  readonly url: string
  /** As in the address bar; said by the proxy in front. */
  readonly host: string
}

const agent = new Agent({ connections: 16 })
const browser = { 'user-agent': 'Mozilla/5.0 (bench)', accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-site': 'none' }

/** What a proxy adds to every request that it passes on. */
export function proxied (host: string): Record<string, string> {
  return { 'x-forwarded-host': host, 'x-forwarded-proto': 'http', 'x-forwarded-for': '203.0.113.7', 'x-forwarded-uri': '/orders?page=2' }
}

/** Signs a known person in and returns the session cookie. Throws when any step answers something else than it should. */
export async function signIn ({ url, host }: Place, email: string): Promise<string> {
  const started = await step(`${url}/auth/login?login_hint=${encodeURIComponent(email)}`, { ...browser, ...proxied(host) })
  const back = await step(started.location, browser)
  const callback = new URL(back.location)
  const ended = await step(url + callback.pathname + callback.search, { ...browser, ...proxied(host), 'sec-fetch-site': 'cross-site', cookie: started.cookies.join('; ') })
  const session = ended.cookies.find(cookie => cookie.startsWith('gatehouse='))
  if (session === undefined) throw new Error('The sign-in ended without a session')
  return session
}

export async function closeBrowsers (): Promise<void> {
  await agent.close()
}

async function step (url: string, headers: Record<string, string>): Promise<{ readonly location: string, readonly cookies: readonly string[] }> {
  const answer = await request(url, { headers, dispatcher: agent })
  const body = await answer.body.text()
  const location = [answer.headers['location'] ?? []].flat()[0]
  if (answer.statusCode !== 303 || location === undefined) throw new Error(`${new URL(url).pathname} answered ${answer.statusCode}: ${body.slice(0, 300)}`)
  return { location, cookies: [answer.headers['set-cookie'] ?? []].flat().map(cookie => cookie.split(';')[0] ?? '') }
}

/** One question of a proxy, as a plain request. */
export async function ask (url: string, headers: Record<string, string>): Promise<Record<string, string>> {
  const answer = await request(url, { headers, dispatcher: agent })
  await answer.body.dump()
  if (answer.statusCode !== 200) throw new Error(`${new URL(url).pathname} answered ${answer.statusCode}`)
  return Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)]))
}

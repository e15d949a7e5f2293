// What would a browser do? Real HTTP with a cookie jar, the headers a browser sends, and redirects one hop at a time.
import { Agent, request } from 'undici'
import { createCookieJar, isSameSite } from './cookie-jar.ts'
import type { CookieJar } from './cookie-jar.ts'
import { findForms, findLinks, textOf } from './html-page.ts'

export interface Hop { method: string, url: string, status: number }

export interface Page {
  url: string
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
  /** What a person reads. */
  text: string
  /** Where it redirects to, absolute, when that was not followed. */
  location: string | undefined
}

/** Stops a journey before the hop that it answers true to. */
export type Until = (next: URL) => boolean

export interface Browser {
  jar: CookieJar
  /** Every request of every navigation, in order. */
  hops: Hop[]
  /** The page that is open. */
  page (): Page
  /** Types an address. Redirects are followed, up to the one that `until` names. */
  visit (url: string, until?: Until): Promise<Page>
  /** Goes on with the redirect at which the last navigation stopped. */
  follow (until?: Until): Promise<Page>
  /** Clicks a link of the open page, by its text or its href. */
  click (label: string, until?: Until): Promise<Page>
  /** Sends a form of the open page, named by its action, with what is filled in there and `fields` on top. */
  submit (action: string, fields?: Record<string, string>, until?: Until): Promise<Page>
  /** What a script on the open page would get from `fetch`; follows nothing. */
  fetch (url: string, options?: { method?: string, headers?: Record<string, string>, body?: string }): Promise<Page>
}

export interface BrowserOptions {
  now?: () => Date
  /** Where an origin really is, as behind a proxy that ends TLS: `{ 'https://login.northwind.test': 'http://127.0.0.1:4000' }`. */
  origins?: Record<string, string>
}

interface Step { method: string, url: URL, headers: Record<string, string>, body: string | undefined, crossSite: boolean, navigation: boolean }

/** One hop that is still to be made: who began the navigation (nobody, for a typed address) and where it has been. */
interface Move { method: string, url: URL, body: string | undefined, initiator: URL | undefined, chain: URL[] }

type FetchSite = 'same-origin' | 'same-site' | 'cross-site'

const HOP_LIMIT = 20
const NEVER: Until = () => false

/** A fresh browser with an empty jar. */
export function createBrowser (options: BrowserOptions = {}): Browser {
  const jar = createCookieJar(options.now)
  const hops: Hop[] = []
  const agent = new Agent({ connect: { lookup: lookupLoopback } })
  let current: Page | undefined
  let pending: Move | undefined

  async function send (step: Step): Promise<Page> {
    const { url } = step
    const cookie = jar.header(url, { crossSite: step.crossSite, topLevelGet: step.navigation && step.method === 'GET' })
    const target = options.origins?.[url.origin]
    const proxied = target === undefined ? {} : { host: url.host, 'x-forwarded-host': url.host, 'x-forwarded-proto': url.protocol.slice(0, -1), 'x-forwarded-for': '203.0.113.7' }
    const answer = await request(target === undefined ? url : new URL(url.pathname + url.search, target), {
      method: step.method,
      headers: { ...proxied, 'user-agent': 'Mozilla/5.0 (test browser)', ...step.headers, ...(cookie === undefined ? {} : { cookie }) },
      body: step.body ?? null,
      dispatcher: agent
    })
    const body = await answer.body.text()
    for (const header of [answer.headers['set-cookie'] ?? []].flat()) jar.take(url, header)
    const location = [answer.headers['location'] ?? []].flat()[0]
    return {
      url: url.href,
      status: answer.statusCode,
      headers: answer.headers,
      body,
      text: textOf(body),
      location: location === undefined || answer.statusCode < 300 || answer.statusCode > 399 ? undefined : new URL(location, url).href
    }
  }

  async function navigate (move: Move, until: Until): Promise<Page> {
    const { method, url, body, initiator, chain } = move
    const headers: Record<string, string> = {
      accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
      'sec-fetch-user': '?1',
      // A typed address stays `none` to the end; otherwise the worst of the chain counts.
      'sec-fetch-site': initiator === undefined ? 'none' : worst([...chain, url].map(hop => relation(initiator, hop)))
    }
    if (body !== undefined) headers['content-type'] = 'application/x-www-form-urlencoded'
    if (method === 'POST') headers['origin'] = initiator?.origin ?? 'null'
    const crossSite = [initiator ?? url, ...chain].some(hop => !isSameSite(hop, url))
    const page = await send({ method, url, headers, body, crossSite, navigation: true })
    hops.push({ method, url: url.href, status: page.status })
    current = page
    pending = undefined
    if (page.location === undefined) return page
    if (chain.length >= HOP_LIMIT) throw new Error(`More than ${HOP_LIMIT} redirects, the last to ${page.location}`)
    const next = new URL(page.location)
    const onward = { url: next, initiator, chain: [...chain, url] }
    pending = page.status === 307 || page.status === 308 ? { ...onward, method, body } : { ...onward, method: 'GET', body: undefined }
    return until(next) ? page : await navigate(pending, until)
  }

  function openPage (): Page {
    if (current === undefined) throw new Error('No page is open')
    return current
  }

  async function leave (method: string, url: URL, body: string | undefined, until: Until): Promise<Page> {
    return await navigate({ method, url, body, initiator: new URL(openPage().url), chain: [] }, until)
  }

  return {
    jar,
    hops,
    page: openPage,
    visit: async (url, until = NEVER) => await navigate({ method: 'GET', url: new URL(url), body: undefined, initiator: undefined, chain: [] }, until),
    follow: async (until = NEVER) => {
      if (pending === undefined) throw new Error('The open page does not redirect')
      return await navigate(pending, until)
    },
    click: async (label, until = NEVER) => {
      const links = findLinks(openPage().body)
      const link = links.find(({ href, text }) => href === label || text === label) ?? links.find(({ text }) => text.includes(label))
      if (link === undefined) throw new Error(`No link "${label}" on ${openPage().url}: ${links.map(({ text }) => text).join(' | ')}`)
      return await leave('GET', new URL(link.href, openPage().url), undefined, until)
    },
    submit: async (action, fields = {}, until = NEVER) => {
      const base = openPage().url
      const forms = findForms(openPage().body)
      const wanted = new URL(action, base).href
      const resolved = forms.map(form => ({ ...form, url: new URL(form.action || base, base) }))
      const form = resolved.find(({ url }) => url.href === wanted) ?? resolved.find(({ url }) => url.href.split('?')[0] === wanted)
      if (form === undefined) throw new Error(`No form for ${action} on ${base}: ${forms.map(other => other.action).join(' | ')}`)
      const [button] = form.buttons.length === 1 ? form.buttons : []
      const filled = new URLSearchParams({ ...form.fields, ...(button === undefined ? {} : { [button[0]]: button[1] }), ...fields })
      if (form.method === 'POST') return await leave('POST', form.url, filled.toString(), until)
      form.url.search = filled.toString()
      return await leave('GET', form.url, undefined, until)
    },
    fetch: async (url, { method = 'GET', headers = {}, body } = {}) => {
      const from = new URL(openPage().url)
      const target = new URL(url, from)
      const fetchSite = relation(from, target)
      const origin: Record<string, string> = method === 'GET' && fetchSite === 'same-origin' ? {} : { origin: from.origin }
      const sent = { accept: '*/*', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty', 'sec-fetch-site': fetchSite, ...origin, ...headers }
      return await send({ method, url: target, headers: sent, body, crossSite: fetchSite === 'cross-site', navigation: false })
    }
  }
}

function relation (from: URL, to: URL): FetchSite {
  if (from.origin === to.origin) return 'same-origin'
  return isSameSite(from, to) ? 'same-site' : 'cross-site'
}

function worst (sites: FetchSite[]): FetchSite {
  const order: FetchSite[] = ['cross-site', 'same-site', 'same-origin']
  return order.find(site => sites.includes(site)) ?? 'same-origin'
}

// Every name is this machine: `*.localhost`, as browsers have it, and anything else, because no test leaves the machine.
function lookupLoopback (_host: string, options: { all?: boolean | undefined }, done: (error: null, address: string | Array<{ address: string, family: number }>, family?: number) => void): void {
  if (options.all === true) done(null, [{ address: '127.0.0.1', family: 4 }])
  else done(null, '127.0.0.1', 4)
}

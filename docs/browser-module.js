// The browser's side of Gatehouse, to be copied; browser-apps.md explains it. Tokens stay in this module's memory and
// nowhere else: what localStorage keeps, any script that ever runs in the page can take away.

/** '' where /auth is on this page's own host; otherwise the gateway's origin: 'https://login.example.com'. */
const gateway = ''

/** @type {Map<string, { until: number, promise: Promise<string> }>} */
const tokens = new Map()
let leaving = false
// The Back button may bring the page back as it was left: on its way out, with tokens from before.
addEventListener('pageshow', ({ persisted }) => { if (persisted) { tokens.clear(); leaving = false } })

/** Who is signed in, as `GET /auth/session` tells it; null for nobody. */
export async function session () {
  const answer = await fetch(`${gateway}/auth/session`, { credentials: 'include' })
  if (!answer.ok && answer.status !== 401) throw new Error(`The gateway answered ${answer.status}.`)
  return answer.ok ? await answer.json() : null
}

/** A token for the API of an app; without a session it leaves for the login. @param {string} app its slug @returns {Promise<string>} */
export function token (app) {
  const known = tokens.get(app)
  if (known !== undefined && Date.now() < known.until) return known.promise
  const fresh = { until: Infinity, promise: ask() }
  fresh.promise.catch(() => { tokens.delete(app) })
  tokens.set(app, fresh)
  return fresh.promise

  async function ask () {
    const answer = await fetch(`${gateway}/auth/token`, { method: 'POST', credentials: 'include', headers: { 'content-type': 'application/json', 'x-csrf': '1' }, body: JSON.stringify({ app }) })
    if (answer.status === 401) return await signIn((await answer.json()).loginUrl)
    if (!answer.ok) throw new Error(`The gateway gave no token (${answer.status}).`)
    const issued = await answer.json()
    fresh.until = Date.now() + issued.expires_in * 900
    return issued.access_token
  }
}

/** `fetch` with a token, for the app's own API and nobody else's. @param {string} app @param {string} url @param {RequestInit} [init] */
export async function fetchWithToken (app, url, init = {}) {
  /** @param {string} bearer */
  const send = async bearer => {
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${bearer}`)
    return await fetch(url, { ...init, headers })
  }
  const first = token(app)
  const answer = await send(await first)
  if (answer.status !== 401) return answer
  // Over, or ended meanwhile. Another one tells: it works, or there is none and it leads to the login.
  if (tokens.get(app)?.promise === first) tokens.delete(app)
  return await send(await token(app))
}

/** Leaves for the login, once, to come back to this address. Its promise stays open: nothing goes on in a page that is left. @returns {Promise<never>} */
export function signIn (loginUrl = `${gateway}/auth/login`) {
  const url = new URL(loginUrl, location.href)
  url.searchParams.set('return_to', location.href)
  if (!leaving) location.assign(url)
  leaving = true
  return new Promise(() => {})
}

/** Leaves for the page that signs out, on every host and, for whoever wants that, at Okta. */
export function signOut () {
  tokens.clear()
  location.assign(`${gateway}/auth/logout`)
}

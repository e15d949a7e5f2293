// Which sign-ins have ended although tokens of theirs have not expired yet?
// region recipe
export function watchEnded ({ gateway, operatorToken, seconds = 5, now = Date.now }) {
  const forgetAt = new Map() // sid → when its last token is dead
  let since = null
  let askedAt = -Infinity

  async function ask () {
    for (let more = true; more;) {
      const url = new URL(`${gateway}/api/v1/sessions/ended`)
      if (since !== null) url.searchParams.set('since', since)
      const answer = await fetch(url, { headers: { authorization: `Bearer ${operatorToken}` }, signal: AbortSignal.timeout(5_000) })
      if (!answer.ok) throw new Error(`The gateway answered ${answer.status}.`)
      const { ended, next, keepSeconds, ...rest } = await answer.json()
      for (const sid of ended) forgetAt.set(sid, now() + keepSeconds * 1000)
      since = next
      more = rest.more
    }
    askedAt = now()
    for (const [sid, time] of forgetAt) if (time < askedAt) forgetAt.delete(sid)
  }

  // A failed question loses nothing: the next one begins where the last good one ended.
  const timer = setInterval(() => { ask().catch(error => console.error(error)) }, seconds * 1000)
  return {
    ask,
    stop: () => clearInterval(timer),
    hasEnded: sid => forgetAt.has(sid),
    isFresh: () => now() - askedAt < 3 * seconds * 1000
  }
}
// endregion

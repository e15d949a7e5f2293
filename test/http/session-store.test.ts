// What does @fastify/session get to see and to decide?
import t from 'tap'
import { cookieScheme } from '../../src/http/attempt-cookies.ts'
import { sessionCookies } from '../../src/http/session-cookie.ts'
import { createSessionStore } from '../../src/http/session-store.ts'
import { hashOf } from '../../src/oidc/hash.ts'
import { Secret } from '../../src/secret.ts'

const cookies = sessionCookies([new Secret('current-cookie-secret-0123456789-abcdef')], cookieScheme(true))

/** A store over sessions that are not there; every call is told, in order. */
function openStore (failing = false) {
  const calls: string[] = []
  const answer = async (name: string, idHash: string): Promise<null> => {
    calls.push(`${name} ${idHash}`)
    if (failing) throw new Error('the table is away')
    return null
  }
  const store = createSessionStore({
    cookies,
    sessions: {
      find: async idHash => await answer('find', idHash),
      save: async idHash => { await answer('save', idHash) },
      saveArrival: async idHash => await answer('save-arrival', idHash) ?? true,
      revoke: async idHash => await answer('revoke', idHash),
      forget: idHash => { calls.push(`forget ${idHash}`) }
    }
  })
  const get = async (id: string) => await new Promise((resolve, reject) => { store.get(id, (error, session) => { if (error) reject(error); else resolve(session) }) })
  const destroy = async (id: string) => await new Promise<void>((resolve, reject) => { store.destroy(id, error => { if (error) reject(error); else resolve() }) })
  return { calls, get, destroy }
}

void t.test('Sessions are found, ended and forgotten by the hash of their id', async t => {
  const { calls, get, destroy } = openStore()
  t.equal(await get('an id'), null)
  await destroy('an id')
  t.strictSame(calls, [`find ${hashOf('an id')}`, `revoke ${hashOf('an id')}`, `forget ${hashOf('an id')}`])
})

void t.test('A table that is away is an error and never an empty session; what was to end is forgotten all the same', async t => {
  const { calls, get, destroy } = openStore(true)
  await t.rejects(get('an id'), { message: 'the table is away' })
  await t.rejects(destroy('an id'), { message: 'the table is away' })
  t.equal(calls.at(-1), `forget ${hashOf('an id')}`)
})

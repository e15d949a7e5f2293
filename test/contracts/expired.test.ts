// What does the sweep rely on when it deletes what is over?
import t from 'tap'
import { createExpired } from '../../src/postgres/expired.ts'
import { openFreshDatabase, openStores } from '../postgres/fresh-database.ts'
import { after, attemptOf, now, setTheScene, signInOf } from './cast.ts'

async function open (test: Parameters<typeof openFreshDatabase>[0]) {
  const database = await openFreshDatabase(test)
  const stores = openStores(database)
  await setTheScene(stores)
  return { ...stores, expired: createExpired(database.db), raw: database.raw }
}

void t.test('attempts that nobody came back to go when they have expired, and their stories stay', async t => {
  const { attempts, expired } = await open(t)
  await attempts.save(attemptOf('old'))
  await attempts.save(attemptOf('young', undefined, after(1)))
  t.equal(await expired.removePendingAttempts(after(600), 10), 0, 'at its last moment it may still come back')
  t.equal(await expired.removePendingAttempts(after(601), 10), 1)
  t.equal(await attempts.consume(attemptOf('old').stateHash), null)
  t.not(await attempts.consume(attemptOf('young').stateHash), null)
  t.not(await attempts.find('old'), null)
})

void t.test('sign-ins go with their sessions at their absolute end', async t => {
  const { sessions, expired, raw } = await open(t)
  for (const [name, seconds] of [['old', 0], ['young', 60]] as const) {
    const { idHash, session, signIn } = signInOf(name, undefined, undefined, after(seconds))
    await sessions.save(idHash, session, signIn)
  }
  t.equal(await expired.removeSignIns(after(43_201), 10), 1)
  t.equal(await sessions.find(signInOf('old').idHash), null)
  t.not(await sessions.find(signInOf('young').idHash), null)
  t.same(await raw('select id from sessions'), [{ id: 'ses-young' }])
})

void t.test('stories go when they are old', async t => {
  const { attempts, expired } = await open(t)
  await attempts.save(attemptOf('old'))
  await attempts.save(attemptOf('young', undefined, after(10)))
  t.equal(await expired.removeAttempts(after(10), 10), 1)
  t.equal(await attempts.find('old'), null)
  t.not(await attempts.find('young'), null)
})

void t.test('no more than a batch goes at a time', async t => {
  const { attempts, expired } = await open(t)
  for (const name of ['a', 'b', 'c']) await attempts.save(attemptOf(name, undefined, now))
  t.equal(await expired.removePendingAttempts(after(9999), 2), 2)
  t.equal(await expired.removePendingAttempts(after(9999), 2), 1)
  t.equal(await expired.removeAttempts(after(9999), 2), 2)
  t.equal(await expired.removeAttempts(after(9999), 2), 1)
})

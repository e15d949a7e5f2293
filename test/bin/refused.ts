// How does a command refuse to start? It says why, without a stack or a secret, and ends with 1.
import type { Test } from 'tap'
import { type Ended, openDoor, type Variables } from './door.ts'

const secrets = (environment: Variables) => [environment['ENCRYPTION_KEYS'], environment['COOKIE_SECRETS']].flatMap(text => text ?? [])

/** Starts a command that must end with 1, having done nothing and told no secret. */
export async function refused (t: Test, script: string, environment: Variables): Promise<Ended> {
  const ended = await openDoor(t, script, environment).ended
  t.equal(ended.code, 1, `${script} ends with 1`)
  t.equal(ended.out, '', 'nothing was served and nothing done')
  t.notMatch(ended.err, /\n +at |node:internal/, 'no stack')
  for (const secret of secrets(environment)) t.notOk(ended.err.includes(secret), 'no secret')
  return ended
}

export const oneLine = (t: Test, { err }: Ended, pattern: RegExp) => {
  t.equal(err.trimEnd().split('\n').length, 1, 'one line')
  t.match(err, pattern)
}

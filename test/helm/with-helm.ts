// Is there what a test of the chart needs? If not, it says so loudly, and fails where everything has to be there.
import type { Test } from 'tap'
import { findProgram, howToGetIt } from './helm-program.ts'

/** Runs the tests, or says how to get the program. */
export async function withProgram (t: Test, program: 'helm' | 'strict-objects', tell: () => Promise<void>): Promise<void> {
  if (findProgram(program) !== null) return await tell()
  const missing = `${program} is not here: ${howToGetIt}`
  process.stderr.write(`${missing}\n`)
  if (process.env['CI'] === 'true') t.fail(missing)
  else t.comment(missing)
  await t.test('what is promised of the chart', { skip: missing }, async () => {})
}

// What every recipe must do, whatever its language.
import type { Test } from 'tap'
import { forgeTokens } from './bad-tokens.ts'
import { adasClaims, memberId, openMint } from './mint.ts'
import { publishKeys } from './published-keys.ts'
import type { Recipe } from './recipe.ts'
import { startVerifier } from './verifier-process.ts'

const accepted = `ok ${memberId}`

/** Runs the recipe's program against the gateway's own tokens and against forged ones. */
export async function checkRecipe (t: Test, recipe: Recipe): Promise<void> {
  const [old, next, later] = [await openMint('key-1'), await openMint('key-2'), await openMint('key-3')]
  // As the gateway does it: the next key is published long before it signs.
  const keys = await publishKeys([next.key, old.key])
  const verifier = startVerifier(recipe, keys.url)
  t.teardown(async () => {
    await verifier.stop()
    await keys.close()
  })

  await t.test('it takes the token that the gateway made', async t => {
    t.equal(await verifier.ask(await old.sign(adasClaims())), accepted)
  })

  const bad = await forgeTokens(old)
  for (const { what, token, status } of bad) {
    await t.test(`it refuses a token ${what}`, async t => {
      t.match(await verifier.ask(token), new RegExp(`^no ${status}\\b`))
    })
  }

  await t.test('it goes through a rotation without asking again', async t => {
    const asked = keys.questions()
    t.equal(await verifier.ask(await old.sign(adasClaims())), accepted, 'the old key signs')
    t.equal(await verifier.ask(await next.sign(adasClaims())), accepted, 'the new key signs, both are published')
    keys.publish([next.key])
    t.equal(await verifier.ask(await next.sign(adasClaims())), accepted, 'the new key alone is published')
    t.equal(keys.questions(), asked)
  })

  await t.test('whoever invents key ids does not make it ask each time', async t => {
    for (let number = 0; number < 20; number += 1) {
      const invented = await openMint(`key-invented-${number}`)
      t.match(await verifier.ask(await invented.sign(adasClaims())), /^no (?:401|503)\b/)
    }
    t.ok(keys.questions() <= 4, `${keys.questions()} questions`)
  })

  await t.test('without keys it says so and does not blame the token; with them it goes on', async t => {
    keys.fail()
    const second = startVerifier(recipe, keys.url)
    t.teardown(async () => { await second.stop() })
    t.match(await second.ask(await next.sign(adasClaims())), /^no 503\b/)
    keys.publish([later.key, next.key])
    t.equal(await untilAnswered(async () => await second.ask(await next.sign(adasClaims()))), accepted)
    t.match(await second.ask(await old.sign(adasClaims())), /^no (?:401|503)\b/, 'the old key is gone for good')
  })
}

// A verifier may rest a moment after a failure. It is asked again, not waited for.
async function untilAnswered (ask: () => Promise<string>): Promise<string> {
  const until = Date.now() + 10_000
  let answer = await ask()
  while (answer.startsWith('no 503') && Date.now() < until) answer = await ask()
  return answer
}

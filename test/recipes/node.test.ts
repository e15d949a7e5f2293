import t from 'tap'
import { fileURLToPath } from 'node:url'
import { checkRecipe } from './promises.ts'

void t.test('the recipe for Node', async t => {
  await checkRecipe(t, { command: process.execPath, args: [fileURLToPath(new URL('../../docs/recipes/node/verify.mjs', import.meta.url))], environment: {} })
})

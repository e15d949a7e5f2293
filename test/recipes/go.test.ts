import t from 'tap'
import { mkdirSync } from 'node:fs'
import { FIRST_RUN_MS, isHere, keptPath, recipePath, run, skip } from './installation.ts'
import { checkRecipe } from './promises.ts'

t.setTimeout(FIRST_RUN_MS)

void t.test('the recipe for Go', async t => {
  if (!await isHere(t, 'go', ['version'])) return
  const environment = {
    GOMODCACHE: keptPath('go', 'modules'),
    GOCACHE: keptPath('go', 'build'),
    GOFLAGS: '-mod=readonly -modcacherw', // what is written here must be possible to delete
    GOTOOLCHAIN: 'local',
    GOWORK: 'off'
  }
  mkdirSync(keptPath('go', ''), { recursive: true })
  const directory = recipePath('go')
  const fetched = await run('go', ['mod', 'download'], { directory, environment })
  if (fetched.code !== 0) return skip(t, `its modules could not be fetched: ${fetched.said}`)
  const program = keptPath('go', 'verify')
  const built = await run('go', ['build', '-o', program, '.'], { directory, environment })
  t.equal(built.code, 0, `it compiles ${built.said}`)
  if (built.code === 0) await checkRecipe(t, { command: program, args: [], environment: {} })
})

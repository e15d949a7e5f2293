import t from 'tap'
import { mkdirSync } from 'node:fs'
import { fetchOnce, FIRST_RUN_MS, isHere, keptPath, recipePath, run } from './installation.ts'
import { checkRecipe } from './promises.ts'

t.setTimeout(2 * FIRST_RUN_MS)

for (const { language, title, sources } of [
  { language: 'java', title: 'the recipe for Java', sources: ['Verify.java'] },
  { language: 'spring', title: 'the recipe for Spring', sources: ['Verify.java', 'GatehouseTokens.java'] }
]) {
  void t.test(title, async t => {
    if (!await isHere(t, 'javac', ['-version']) || !await isHere(t, 'mvn', ['--version'])) return
    const jars = await fetchOnce(t, language, 'pom.xml', async folder => await run('mvn', ['--quiet', '--batch-mode', `-Dmaven.repo.local=${keptPath('java', 'repository')}`, '--file', recipePath(language, 'pom.xml'), 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`]))
    if (jars === null) return
    const classes = keptPath(language, 'classes')
    mkdirSync(classes, { recursive: true })
    const compiled = await run('javac', ['-Xlint:deprecation,unchecked,rawtypes', '-Werror', '-cp', `${jars}/*`, '-d', classes, ...sources.map(source => recipePath(language, source))])
    t.equal(compiled.code, 0, `it compiles ${compiled.said}`)
    if (compiled.code === 0) await checkRecipe(t, { command: 'java', args: ['-cp', `${classes}:${jars}/*`, 'Verify'], environment: {} })
  })
}

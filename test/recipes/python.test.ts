import t from 'tap'
import { fetchOnce, FIRST_RUN_MS, isHere, recipePath, run } from './installation.ts'
import { checkRecipe } from './promises.ts'

t.setTimeout(FIRST_RUN_MS)

void t.test('the recipe for Python', async t => {
  if (!await isHere(t, 'python3', ['-m', 'pip', '--version'])) return
  const packages = await fetchOnce(t, 'python', 'requirements.txt', async folder => await run('python3', ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--retries', '1', '--timeout', '20', '--target', folder, '--requirement', recipePath('python', 'requirements.txt')]))
  if (packages === null) return
  await checkRecipe(t, { command: 'python3', args: [recipePath('python', 'verify.py')], environment: { PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: '1' } })
})

// Does a setup know how far it is?
import t from 'tap'
import { setupProgress, setupSteps } from '../../src/tenant/setup-progress.ts'

const nothing = { connection: null, preflightPassed: false, tested: false, provenDomains: 0 }
const drafted = { ...nothing, connection: { clientId: '' } }
const handedOver = { ...nothing, connection: { clientId: '0oa1' } }

void t.test('the next step is the first that is not done', async t => {
  const cases = [
    [nothing, [], 'okta'],
    [drafted, ['okta'], 'app'],
    [{ ...drafted, preflightPassed: true, tested: true }, ['okta'], 'app'],
    [{ ...nothing, provenDomains: 1 }, ['domains'], 'okta'],
    [handedOver, ['okta', 'app', 'credentials'], 'preflight'],
    [{ ...handedOver, tested: true }, ['okta', 'app', 'credentials', 'test'], 'preflight'],
    [{ ...handedOver, preflightPassed: true }, ['okta', 'app', 'credentials', 'preflight'], 'test'],
    [{ ...handedOver, preflightPassed: true, tested: true }, ['okta', 'app', 'credentials', 'preflight', 'test'], 'domains'],
    [{ ...handedOver, preflightPassed: true, tested: true, provenDomains: 2 }, setupSteps, 'done']
  ] as const
  for (const [facts, done, next] of cases) {
    const progress = setupProgress(facts, 'all')
    t.strictSame([...progress.done], done)
    t.equal(progress.next, next)
  }
})

void t.test('with a link for the domains there is no other step to go on with', async t => {
  t.equal(setupProgress(nothing, 'domains').next, 'domains')
  t.equal(setupProgress({ ...nothing, provenDomains: 1 }, 'domains').next, 'domains')
})

// What is read as somebody's groups, and what is nothing at all?
import t from 'tap'
import { groupsAdvice, readGroups } from '../../src/okta/groups-claim.ts'

const rows: ReadonlyArray<readonly [what: string, claims: Record<string, unknown>, expected: ReturnType<typeof readGroups>]> = [
  ['a list of names', { groups: ['Everyone', 'Purchasing'] }, { groups: ['Everyone', 'Purchasing'], problem: null }],
  ['an empty list', { groups: [] }, { groups: [], problem: null }],
  ['a claim in another spelling', { Groups: ['Purchasing'] }, { groups: ['Purchasing'], problem: null }],
  ['the right spelling beside another', { Groups: ['Admins'], groups: ['Purchasing'] }, { groups: ['Purchasing'], problem: null }],
  ['two other spellings, of which nobody knows which is meant', { Groups: ['Admins'], GROUPS: ['Purchasing'] }, { groups: [], problem: 'missing' }],
  ['no claim', { email: 'ada@acme.test' }, { groups: [], problem: 'missing' }],
  ['null', { groups: null }, { groups: [], problem: 'missing' }],
  ['one text, even if it is the name of a group', { groups: 'Admins' }, { groups: [], problem: 'text' }],
  ['names in one text', { groups: 'Admins,Purchasing' }, { groups: [], problem: 'text' }],
  ['an object', { groups: { Admins: true } }, { groups: [], problem: 'not-texts' }],
  ['a list with something else in it', { groups: ['Purchasing', { name: 'Admins' }] }, { groups: [], problem: 'not-texts' }],
  ['numbers', { groups: [1, 2] }, { groups: [], problem: 'not-texts' }],
  ['more than a thousand', { groups: Array.from({ length: 1001 }, (_, place) => `group ${place}`) }, { groups: [], problem: 'too-many' }]
]

for (const [what, claims, expected] of rows) {
  void t.test(what, async t => { t.strictSame(readGroups(claims, 'groups'), expected) })
}

void t.test('what an object inherits is no claim', async t => {
  t.strictSame(readGroups({}, 'constructor'), { groups: [], problem: 'missing' })
})

void t.test('each problem is told with the place where it is changed', async t => {
  const advice = (['missing', 'text', 'not-texts', 'too-many'] as const).map(problem => groupsAdvice(problem, 'groups'))
  for (const one of advice) t.match(one, /“groups”.*Sign On → OpenID Connect ID Token/)
  t.equal(new Set(advice).size, 4)
})

// Which roles follow from groups, and which can nobody's Okta touch?
import t from 'tap'
import { matchGroups, parseGroupRoles, rolesByGroups, sameRoles } from '../../src/tenant/group-roles.ts'

const mapping = parseGroupRoles([['Northwind admins', ['admin', 'buyer']], ['Purchasing', ['buyer']]])

const rows: ReadonlyArray<readonly [what: string, roles: readonly string[], groups: readonly string[], after: readonly string[]]> = [
  ['a mapped group gives its roles', [], ['Purchasing'], ['buyer']],
  ['two groups give both their roles, each once', ['editor'], ['Purchasing', 'Northwind admins'], ['editor', 'admin', 'buyer']],
  ['who has left the group loses the role, whoever had given it', ['admin', 'editor', 'buyer'], ['Purchasing'], ['editor', 'buyer']],
  ['what the mapping does not name stays the vendor\'s', ['owner', 'editor'], [], ['owner', 'editor']],
  ['no group takes all mapped roles away', ['admin', 'buyer'], [], []],
  ['a group that is not mapped means nothing, whatever it is called', [], ['admin', 'owner', 'Everyone'], []],
  ['a name is compared exactly', [], ['purchasing', 'Purchasing ', 'NORTHWIND ADMINS'], []]
]

for (const [what, roles, groups, after] of rows) {
  void t.test(what, async t => { t.strictSame(rolesByGroups(mapping, roles, groups), after) })
}

void t.test('without a mapping nothing is taken from Okta', async t => {
  t.strictSame(rolesByGroups([], ['admin'], ['Northwind admins', 'admin']), ['admin'])
})

void t.test('the groups that mattered are told by the names that the operator wrote', async t => {
  t.strictSame(matchGroups(mapping, ['Everyone', 'Purchasing']), ['Purchasing'])
})

void t.test('the order of roles says nothing', async t => {
  t.ok(sameRoles(['a', 'b'], ['b', 'a']))
  t.notOk(sameRoles(['a'], ['a', 'b']))
  t.notOk(sameRoles(['a', 'b'], ['a', 'c']))
})

const refused: ReadonlyArray<readonly [what: string, pairs: Parameters<typeof parseGroupRoles>[0]]> = [
  ['no name', [['', ['admin']]]],
  ['blanks as a name', [['  ', ['admin']]]],
  ['a control character in a name', [['a\u0000b', ['admin']]]],
  ['a name that is too long', [['x'.repeat(256), ['admin']]]],
  ['no role', [['Purchasing', []]]],
  ['a role that no header can carry', [['Purchasing', ['a,b']]]],
  ['more groups than anybody reads', Array.from({ length: 101 }, (_, place) => [`group ${place}`, ['buyer']] as const)],
  ['more roles than a member can have', Array.from({ length: 51 }, (_, place) => [`group ${place}`, [`role-${place}`, `more-${place}`]] as const)]
]

void t.test('a mapping that could not mean anything is refused', async t => {
  for (const [what, pairs] of refused) t.throws(() => parseGroupRoles(pairs), { code: 'value-malformed' }, what)
})

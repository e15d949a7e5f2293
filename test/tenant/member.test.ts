import t from 'tap'
import { checkNotSuspended, parseName, parseRoles } from '../../src/tenant/member.ts'
import { ascii } from './ascii.ts'

void t.test('roles keep their order and lose their repetitions', async t => {
  t.strictSame(parseRoles(['writer', 'admin', 'writer']), ['writer', 'admin'])
  t.strictSame(parseRoles([]), [])
  t.strictSame(parseRoles(['a'.repeat(64), 'billing:read', 'x/y', '!', '~', '__proto__']), ['a'.repeat(64), 'billing:read', 'x/y', '!', '~', '__proto__'])
})

void t.test('a role is 1 to 64 printable ASCII characters without spaces and commas, because roles travel in a header and a query', async t => {
  for (const role of ['', ' ', 'a b', 'a,b', ',', 'a\n', 'a\r\nX-Auth-Request-User: eve', 'rôle', 'a\u0000', 'a\u007f', 'a'.repeat(65)]) {
    t.throws(() => parseRoles(['reader', role]), { name: 'TenantRefusal', code: 'value-malformed' }, ascii(role))
  }
})

void t.test('a member has at most 100 roles, counted without repetitions', async t => {
  const hundred = Array.from({ length: 100 }, (_, number) => `role-${number}`)
  t.equal(parseRoles([...hundred, ...hundred]).length, 100)
  t.throws(() => parseRoles([...hundred, 'one-more']), { code: 'value-malformed' })
})

void t.test('a name is kept as people write it, without what would disturb a line', async t => {
  for (const [written, name] of [
    ['Ada', 'Ada'],
    ['  Ada \t Lovelace\n', 'Ada Lovelace'],
    ['Ada\r\nBcc: eve', 'Ada Bcc: eve'],
    ['Ada\u0000', 'Ada'],
    ['Ada\u2028Eve', 'Ada Eve'],
    ['Ada\u202egpj', 'Ada gpj'],
    ['Ada\u2066x\u2069', 'Ada x'],
    ['Ada\ud800', 'Ada'],
    ['José Ñandú', 'José Ñandú'],
    ['山田 太郎', '山田 太郎'],
    ['علی\u200cرضا', 'علی\u200cرضا'],
    ['👩\u200d💻', '👩\u200d💻'],
    ['<b>Ada</b>', '<b>Ada</b>'],
    ['a'.repeat(200), 'a'.repeat(200)]
  ] as const) t.equal(parseName(written), name, ascii(written))
})

void t.test('a name that nobody could see, and one longer than 200 characters, is refused', async t => {
  for (const written of ['', ' ', '\n\t', '\u0000', '\u202e', '\u200b', '\u200b\u200d\ufeff', '\u00ad', '\ud800', 'a'.repeat(201)]) {
    t.throws(() => parseName(written), { name: 'TenantRefusal', code: 'value-malformed' }, ascii(written))
  }
})

void t.test('a suspended member is refused, an invited one and an active one are not', async t => {
  t.throws(() => checkNotSuspended({ status: 'suspended' }), { name: 'TenantRefusal', code: 'member-suspended' })
  t.doesNotThrow(() => checkNotSuspended({ status: 'active' }))
  t.doesNotThrow(() => checkNotSuspended({ status: 'invited' }))
})

// Is a line of a file understood as it was meant, or refused with every fault?
import t from 'tap'
import { findColumn, parseImported } from '../../src/tenant/member-import.ts'

void t.test('headings are known in the spellings that people use', async t => {
  for (const heading of ['email', 'E-Mail', ' EMAIL ', 'e_mail']) t.equal(findColumn(heading), 'email', heading)
  for (const heading of ['externalId', 'External ID', 'external_id', 'EXTERNAL-ID']) t.equal(findColumn(heading), 'externalId', heading)
  for (const heading of ['', 'mail', 'status', '__proto__', 'constructor', 'emails', 'roles;']) t.equal(findColumn(heading), null, heading)
})

void t.test('a cell that is empty says nothing, and null empties', async t => {
  t.strictSame(parseImported({ email: ' Ada@ACME.test ', name: '', roles: '', externalId: '' }, 2), { email: 'ada@acme.test' })
  t.strictSame(parseImported({ email: 'ada@acme.test', name: ' Ada  Lovelace ', roles: ['admin', 'admin'], externalId: null }, 2), { email: 'ada@acme.test', name: 'Ada Lovelace', roles: ['admin'], externalId: null })
  t.strictSame(parseImported({ email: 'ada@acme.test', roles: 'admin; buyer|reader,  owner ;' }, 2), { email: 'ada@acme.test', roles: ['admin', 'buyer', 'reader', 'owner'] })
})

void t.test('every fault of a line is told at once', async t => {
  t.match(parseImported({ email: 'ada', name: '\u202e', roles: [1], externalId: 'a\nb' }, 7), [
    { line: 7, field: 'email' }, { line: 7, field: 'name' }, { line: 7, field: 'roles' }, { line: 7, field: 'externalId' }])
  t.strictSame(parseImported({}, 3), [{ line: 3, field: 'email', message: 'There is no email address here.' }])
  for (const value of [null, 5, true, {}, [], 'a\0b@acme.test', '\ud800@acme.test']) t.match(parseImported({ email: value }, 1), [{ line: 1, field: 'email' }], JSON.stringify(value))
  for (const value of ['a'.repeat(201), 5, 'a\u0085b']) t.match(parseImported({ email: 'ada@acme.test', externalId: value }, 1), [{ field: 'externalId' }])
  t.match(parseImported({ email: 'ada@acme.test', roles: { length: 1 } }, 1), [{ field: 'roles' }])
})

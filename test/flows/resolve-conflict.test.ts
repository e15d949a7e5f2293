// Is an account that waits decided once, in its tenant, on the word of whoever decides; and is nothing decided of what does not wait?
import t from 'tap'
import { resolveConflict } from '../../src/flows/resolve-conflict.ts'
import { identityId } from '../../src/tenant/identity.ts'
import { acme, acmeOkta, after, bob, globex, identityAt, now } from '../contracts/cast.ts'

const key = identityAt(acmeOkta, '00u2bob')
const id = identityId(acme.id, key)
const conflict = { id, key, member: { id: bob.id, email: bob.email, name: bob.name }, email: bob.email, reference: 'login-1', times: 3, firstAt: now, lastAt: after(60) }
const by = { actor: 'apk-support', address: '192.0.2.7' }

function open () {
  const asked: unknown[] = []
  const find = (tenantId: string, wanted: string) => tenantId === acme.id && wanted === id ? conflict : null
  const flow = resolveConflict({
    identityConflicts: {
      link: async (...words) => { asked.push(['link', ...words]); return find(words[0], words[1]) },
      dismiss: async (...words) => { asked.push(['dismiss', ...words]); return find(words[0], words[1]) }
    },
    now: () => after(90)
  })
  return { ...flow, asked }
}

void t.test('linked, it is an identity of the member, on the word of whoever said so', async t => {
  const { link, asked } = open()
  t.strictSame(await link(acme.id, id, bob.id, by), { conflict, identity: { id, key, linkedBy: 'operator', createdAt: after(90) } })
  t.strictSame(asked, [['link', acme.id, id, bob.id, by, after(90)]])
})

void t.test('dismissed, it is no identity, on the word of whoever said so', async t => {
  const { dismiss, asked } = open()
  t.strictSame(await dismiss(acme.id, id, by), conflict)
  t.strictSame(asked, [['dismiss', acme.id, id, by, after(90)]])
})

void t.test('what does not wait is not found, and what is no id is not even asked for', async t => {
  const { link, dismiss, asked } = open()
  for (const [tenantId, wanted, questions] of [[globex.id, id, 2], [acme.id, identityId(globex.id, key), 2], [acme.id, bob.id, 0], [acme.id, 'idn-\u0000', 0], [acme.id, '', 0]] as const) {
    asked.length = 0
    await t.rejects(link(tenantId, wanted, null, by), { name: 'TenantRefusal', code: 'not-found' })
    await t.rejects(dismiss(tenantId, wanted, by), { name: 'TenantRefusal', code: 'not-found' })
    t.equal(asked.length, questions)
  }
})

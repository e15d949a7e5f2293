import t from 'tap'
import { changeMember } from '../../src/flows/change-member.ts'
import { restoreMember } from '../../src/flows/restore-member.ts'
import type { AuditEvent } from '../../src/tenant/event.ts'
import type { Member } from '../../src/tenant/member.ts'
import { ada, now } from '../contracts/cast.ts'

/** A member of this status, known by so many accounts at Okta; `gone` when they are deleted before they are changed. */
function open (status: Member['status'], identities: number, gone = false) {
  const events: AuditEvent[] = []
  const member: Member = { ...ada, status }
  const restore = restoreMember({
    memberIdentities: { list: async (tenantId, id) => tenantId === member.tenantId && id === member.id ? Array.from({ length: identities }) : [] },
    changeMember: changeMember({
      together: async work => await work({
        members: { change: async (_tenantId, _id, changes) => gone ? null : { ...member, ...changes } },
        events: { save: async event => { events.push(event) } }
      }),
      now: () => now
    })
  })
  return { events, restored: restore(member, { actor: 'apk-support', address: '192.0.2.7' }) }
}

void t.test('whoever was suspended is active again where an account at Okta is theirs, and invited where none is yet', async t => {
  for (const [identities, status] of [[0, 'invited'], [1, 'active'], [3, 'active']] as const) {
    const { restored, events } = open('suspended', identities)
    t.match(await restored, { status })
    t.match(events, [{ type: 'member.changed', actor: 'apk-support', address: '192.0.2.7', details: { before: { status: 'suspended' }, after: { status } } }])
  }
})

void t.test('whoever is not suspended stays as they are, and nothing is written down', async t => {
  for (const status of ['invited', 'active'] as const) {
    const { restored, events } = open(status, 1)
    t.match(await restored, { status })
    t.strictSame(events, [])
  }
})

void t.test('whoever was deleted meanwhile is not made again', async t => {
  const { restored, events } = open('suspended', 1, true)
  await t.rejects(restored, { code: 'not-found' })
  t.strictSame(events, [])
})

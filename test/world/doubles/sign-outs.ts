// How a person signs out, in memory.
import type { SignOuts } from '../../../src/postgres/sign-outs.ts'
import type { EndedSignIn } from '../../../src/tenant/sign-in.ts'
import { dropSignIns, type Tables } from './tables.ts'

export function createSignOutsDouble (tables: Tables): SignOuts {
  const signOut = (idHash: string, now: Date, address: string | null, everywhere: boolean): EndedSignIn | null => {
    const row = tables.signIns.get(tables.sessions.get(idHash)?.signInId ?? '')
    if (row === undefined) return null
    const { id, tenantId, memberId, connectionId } = row.signIn
    const ended = dropSignIns(tables, ({ signIn }) => everywhere ? signIn.tenantId === tenantId && signIn.memberId === memberId : signIn.id === id).length
    const event = everywhere ? { type: 'member.signed-out-everywhere', subject: memberId, details: { ended } } : { type: 'member.signed-out', subject: id, details: {} }
    tables.events.push({ ...event, tenantId, actor: memberId, address, reference: null, at: now })
    return { tenantId, memberId, connectionId, signInId: id, idToken: row.idToken }
  }
  return {
    save: async (idHash, now, address) => signOut(idHash, now, address, false),
    saveEverywhere: async (idHash, now, address) => signOut(idHash, now, address, true)
  }
}

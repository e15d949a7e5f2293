// What do operators do to the tables, as far as a login notices? The part of the stores that tests set the scene with.
import { importJWK } from 'jose'
import type { Connections } from '../../../src/postgres/connections.ts'
import type { Domains } from '../../../src/postgres/domains.ts'
import type { Members } from '../../../src/postgres/members.ts'
import type { Tenants } from '../../../src/postgres/tenants.ts'
import { checkOnlyOneOfApp, checkVerifiable, type ConnectionOnFile, isOpen, moveConnection, stateAfterEdit } from '../../../src/tenant/connection.ts'
import { connectionOf, type ConnectionRow, dropSignIns, type Tables, tenantOf } from './tables.ts'

export interface Administration {
  readonly tenants: Pick<Tenants, 'save' | 'change' | 'remove'>
  readonly domains: Pick<Domains, 'save' | 'verify'>
  readonly connections: Connections
  readonly members: Pick<Members, 'save' | 'find' | 'change' | 'remove'>
}

function onFile ({ connection, testedVersion, testedAt }: ConnectionRow): ConnectionOnFile {
  return { ...connection, testedAt: testedVersion === connection.version ? testedAt : null, goLiveAt: null, shadow: null }
}

export function createAdministration (tables: Tables): Administration {
  const removeConnection = (id: string) => {
    dropSignIns(tables, row => row.signIn.connectionId === id)
    tables.identities = tables.identities.filter(row => row.key.connectionId !== id)
    for (const [hash, { pending }] of tables.pending) if (pending.connectionId === id) tables.pending.delete(hash)
    for (const row of tables.stories.values()) if (row.story.connectionId === id) row.story = { ...row.story, connectionId: null }
    return tables.connections.delete(id)
  }
  const removeMember = (id: string) => {
    tables.invitations = tables.invitations.filter(row => row.memberId !== id)
    dropSignIns(tables, row => row.signIn.memberId === id)
    tables.identities = tables.identities.filter(row => row.memberId !== id)
    for (const row of tables.stories.values()) if (row.story.memberId === id) row.story = { ...row.story, memberId: null }
    return tables.members.delete(id)
  }

  const checkApp = (before: ConnectionRow['connection'] | null, wanted: Pick<ConnectionRow['connection'], 'tenantId' | 'issuer' | 'clientId'>) => {
    if (before?.issuer === wanted.issuer && before.clientId === wanted.clientId) return
    checkOnlyOneOfApp([...tables.connections.values()].map(({ connection }) => connection).filter(({ tenantId }) => tenantId === wanted.tenantId), { ...wanted, id: before?.id ?? null })
  }

  return {
    tenants: {
      async save (tenant) { tables.tenants.set(tenant.id, tenant) },
      async change (id, changes) {
        const tenant = tables.tenants.get(id)
        if (tenant === undefined) return null
        tables.tenants.set(id, { ...tenant, ...changes })
        return { ...tenant, ...changes }
      },
      async remove (id) {
        for (const { connection } of [...tables.connections.values()]) if (connection.tenantId === id) removeConnection(connection.id)
        for (const member of [...tables.members.values()]) if (member.tenantId === id) removeMember(member.id)
        for (const [reference, { story }] of tables.stories) if (story.tenantId === id) tables.stories.delete(reference)
        tables.domains = tables.domains.filter(domain => domain.tenantId !== id)
        return tables.tenants.delete(id)
      }
    },

    domains: {
      async save (tenantId, { domain, challenge }) {
        tenantOf(tables, tenantId)
        const known = tables.domains.find(row => row.tenantId === tenantId && row.domain === domain)
        const row = known ?? { tenantId, domain, challenge, verifiedAt: null, provenance: null }
        if (known === undefined) tables.domains.push(row)
        return row
      },
      async verify (tenantId, domain, provenance, now) {
        const index = tables.domains.findIndex(row => row.tenantId === tenantId && row.domain === domain)
        const row = tables.domains[index]
        if (row === undefined) return null
        tables.domains[index] = { ...row, verifiedAt: now, provenance }
        return tables.domains[index]
      }
    },

    connections: {
      async save ({ clientSecret, ...connection }, createdAt) {
        tenantOf(tables, connection.tenantId)
        checkApp(null, connection)
        tables.connections.set(connection.id, {
          connection: { groupRoles: [], ...connection, state: 'draft', version: 1, issuerAliases: [], pilotEmails: [] }, proofs: { clientSecret, nextClientSecret: null, clientKey: null }, stateBeforeLive: null, testedVersion: null, testedAt: null, createdAt
        })
      },
      async find (tenantId, id) {
        const found = tables.connections.get(id)
        return found?.connection.tenantId === tenantId ? onFile(found) : null
      },
      async isElsewhere (tenantId, { issuer, clientId }) {
        return [...tables.connections.values()].some(({ connection }) => connection.tenantId !== tenantId && connection.issuer === issuer && connection.clientId === clientId && connection.state !== 'retired')
      },
      async list (tenantId) {
        return [...tables.connections.values()].map(onFile).filter(connection => connection.tenantId === tenantId)
      },
      async change (tenantId, id, { clientSecret, nextClientSecret, ...changes }) {
        const row = tables.connections.get(id)
        if (row?.connection.tenantId !== tenantId) return null
        const edited = { ...row.connection, ...changes, version: row.connection.version + 1 }
        checkApp(row.connection, edited)
        row.connection = { ...edited, state: stateAfterEdit(edited.state, row.connection, edited) }
        row.proofs = { ...row.proofs, ...(clientSecret === undefined ? {} : { clientSecret }), ...(nextClientSecret === undefined ? {} : { nextClientSecret }) }
        return onFile(row)
      },
      async move (tenantId, id, { move, pilotEmails, provenance }) {
        const row = tables.connections.get(id)
        if (row?.connection.tenantId !== tenantId) return null
        const before = row.connection.state
        const { state } = moveConnection(before, move, row.stateBeforeLive)
        if (move === 'verify') checkVerifiable(onFile(row), provenance ?? 'test-sign-in')
        if (move === 'go-live') row.stateBeforeLive = before
        row.connection = { ...row.connection, state, pilotEmails: pilotEmails ?? row.connection.pilotEmails }
        return { before, connection: onFile(row) }
      },
      async passTest (tenantId, id, version, now) {
        const row = tables.connections.get(id)
        if (row?.connection.tenantId !== tenantId || row.connection.version !== version) return false
        Object.assign(row, { testedVersion: version, testedAt: now })
        return true
      },
      async remove (tenantId, id) {
        const connection = tables.connections.get(id)?.connection
        return connection?.tenantId === tenantId && !isOpen(connection.state) && removeConnection(id)
      },
      async saveClientKey (tenantId, id, { kid, publicJwk, privateJwk }) {
        const row = connectionOf(tables, tenantId, id)
        if (row.publicKeys !== undefined) return
        row.publicKeys = [{ ...publicJwk, kid, alg: 'ES256', use: 'sig' }]
        const privateKey = await importJWK(privateJwk, 'ES256')
        if (!(privateKey instanceof CryptoKey)) throw new Error('no key pair')
        row.proofs = { ...row.proofs, clientKey: { kid, privateKey } }
      },
      async findClientKeys (id) {
        const row = tables.connections.get(id)
        return row === undefined || row.connection.state === 'retired' ? null : row.publicKeys ?? []
      },
      async promoteSecret (tenantId, id) {
        const row = connectionOf(tables, tenantId, id)
        if (row.proofs.nextClientSecret === null) return false
        row.proofs = { ...row.proofs, clientSecret: row.proofs.nextClientSecret, nextClientSecret: null }
        return true
      }
    },

    members: {
      async save (member) {
        tenantOf(tables, member.tenantId)
        tables.members.set(member.id, member)
      },
      async find (tenantId, id) {
        const member = tables.members.get(id)
        return member?.tenantId === tenantId ? member : null
      },
      async change (tenantId, id, changes) {
        const member = tables.members.get(id)
        if (member?.tenantId !== tenantId) return null
        tables.members.set(id, { ...member, ...changes })
        return { ...member, ...changes }
      },
      async remove (tenantId, id) {
        return tables.members.get(id)?.tenantId === tenantId && removeMember(id)
      }
    }
  }
}

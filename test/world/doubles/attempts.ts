// Logins under way and their stories, in memory.
import type { Attempts } from '../../../src/postgres/attempts.ts'
import { pageOf, readCursor } from '../../../src/postgres/pages.ts'
import type { AttemptStory } from '../../../src/tenant/attempt.ts'
import { newestFirst, olderThan } from './order.ts'
import { connectionOf, type Tables, tenantOf } from './tables.ts'

const MAX_STEPS = 60

export function createAttemptsDouble (tables: Tables): Attempts {
  return {
    async save ({ tenantId, stateHash, pending, door, loginHint, steps }) {
      const { reference, connectionId, returnTo, startedAt } = pending
      connectionOf(tables, tenantId, connectionId)
      if (tables.pending.has(stateHash) || tables.stories.has(reference)) throw new Error('unique: state or reference')
      tables.pending.set(stateHash, { tenantId, pending })
      const story: AttemptStory = { reference, tenantId, connectionId, memberId: null, door, outcome: 'started', code: null, loginHint, returnTo, steps: [...steps], startedAt, finishedAt: null }
      tables.stories.set(reference, { story, stateHash })
    },

    async saveFailedStart ({ at, steps, ...failure }) {
      if (failure.connectionId !== null) connectionOf(tables, failure.tenantId, failure.connectionId)
      const known = tables.stories.get(failure.reference)
      if (known === undefined) {
        const story: AttemptStory = { ...failure, memberId: null, returnTo: null, steps: [...steps], startedAt: steps[0]?.at ?? at, finishedAt: at }
        tables.stories.set(failure.reference, { story, stateHash: null })
      } else if (known.story.tenantId === failure.tenantId && known.story.connectionId === failure.connectionId && known.story.outcome === 'started') {
        known.story = { ...known.story, outcome: failure.outcome, code: failure.code, steps: [...steps], finishedAt: at }
      }
    },

    async consume (stateHash) {
      const row = tables.pending.get(stateHash)
      if (row === undefined) return null
      tables.pending.delete(stateHash)
      const { connection, proofs } = connectionOf(tables, row.tenantId, row.pending.connectionId)
      return { pending: row.pending, tenant: tenantOf(tables, row.tenantId), connection: { ...connection, proofs } }
    },

    async conclude (tenantId, reference, { outcome, code, steps, at }) {
      const row = tables.stories.get(reference)
      if (row?.story.tenantId !== tenantId) return
      row.story = { ...row.story, outcome, code, finishedAt: at, steps: [...row.story.steps, ...steps] }
    },

    async noteReturn (stateHash, step) {
      const row = [...tables.stories.values()].find(candidate => candidate.stateHash === stateHash)
      if (row === undefined) return null
      if (row.story.steps.length < MAX_STEPS) row.story = { ...row.story, steps: [...row.story.steps, step] }
      const { reference, returnTo, connectionId, door } = row.story
      return { reference, returnTo, connectionId, door }
    },

    async find (reference) {
      return tables.stories.get(reference)?.story ?? null
    },

    async list (tenantId, { limit, cursor }) {
      const placeOf = (story: AttemptStory) => ({ at: story.startedAt, id: story.reference })
      const rows = [...tables.stories.values()].map(row => row.story).filter(story => story.tenantId === tenantId)
        .sort(newestFirst(placeOf)).filter(olderThan(cursor === null ? null : readCursor(cursor), placeOf))
      return pageOf(rows, limit, placeOf, story => story)
    }
  }
}

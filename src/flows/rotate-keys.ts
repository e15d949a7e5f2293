// Is there a key to sign with, and is the next one due? One rotation, however many replicas ask.
import type { AuditEvent, By } from '../tenant/event.ts'
import { buildId, ID_BYTES } from '../tenant/id.ts'
import type { KeyPolicy, SigningKey } from '../token/key-ring.ts'
import { dueRotation, emergencyRotation, requestedRotation, type Rotation } from '../token/rotation.ts'

/** @typeParam Key what a key pair is to the room that keeps it; nobody here looks inside. */
export interface RotateKeysNeeds<Key> {
  /** What is written through these is kept whole, or not at all. */
  together<T> (work: (stores: {
    readonly signingKeys: { rotate (decide: (keys: readonly SigningKey[]) => Rotation, generate: () => Promise<Key>, now: Date): Promise<Rotation> }
    readonly events: { save (event: AuditEvent, now: Date): Promise<void> }
  }) => Promise<T>): Promise<T>
  /** Makes an ES256 key pair of that name. */
  readonly generateKey: (kid: string) => Promise<Key>
  readonly policy: KeyPolicy
  readonly now: () => Date
  readonly random: (bytes: number) => Uint8Array
}

export type RotationWish = 'when-due' | 'requested' | 'emergency'

const decisions = {
  'when-due': dueRotation,
  requested: requestedRotation,
  emergency: emergencyRotation
} satisfies Record<RotationWish, (keys: readonly SigningKey[], now: Date, policy: KeyPolicy) => Rotation>

export function rotateKeys<Key> (needs: RotateKeysNeeds<Key>) {
  /** @returns what was done; `none` when nothing was due. */
  return async function (wish: RotationWish, by: By): Promise<Rotation> {
    const now = needs.now()
    let made: string | null = null
    const generate = async () => {
      made = buildId('key', needs.random(ID_BYTES))
      return await needs.generateKey(made)
    }
    return await needs.together(async ({ signingKeys, events }) => {
      const rotation = await signingKeys.rotate(keys => decisions[wish](keys, now, needs.policy), generate, now)
      if (rotation.action !== 'none') {
        await events.save({ type: 'signing-key.created', tenantId: null, ...by, subject: made, details: { wish, signsFromAt: rotation.signsFromAt, dropped: rotation.retire } }, now)
      }
      return rotation
    })
  }
}

// Is there a key to sign with, and is the next one due? One rotation, however many replicas ask.
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { buildId } from '../tenant/id.ts'
import type { KeyPolicy, SigningKey } from '../token/key-ring.ts'
import { dueRotation, emergencyRotation, requestedRotation, type Rotation } from '../token/rotation.ts'

export interface RotateKeysNeeds {
  readonly signingKeys: {
    rotate (decide: (keys: readonly SigningKey[]) => Rotation, generate: () => Promise<{ kid: string, publicJwk: JWK, privateJwk: JWK }>, now: Date): Promise<Rotation>
  }
  readonly events: { save (event: { type: string, tenantId: null, actor: string, subject: string | null, details: Record<string, unknown> }, now: Date): Promise<void> }
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

export function rotateKeys (needs: RotateKeysNeeds) {
  /** @returns what was done; `none` when nothing was due. */
  return async function (wish: RotationWish, actor: string): Promise<Rotation> {
    const now = needs.now()
    let made: string | null = null
    const generate = async () => {
      const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
      const kid = buildId('key', needs.random(20))
      made = kid
      return { kid, publicJwk: await exportJWK(publicKey), privateJwk: await exportJWK(privateKey) }
    }
    const rotation = await needs.signingKeys.rotate(keys => decisions[wish](keys, now, needs.policy), generate, now)
    if (rotation.action !== 'none') {
      await needs.events.save({ type: 'signing-key.created', tenantId: null, actor, subject: made, details: { wish, signsFromAt: rotation.signsFromAt, dropped: rotation.retire } }, now)
    }
    return rotation
  }
}

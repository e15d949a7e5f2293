// How is the ID token of a sign-in kept, which its sign-out at Okta needs? Sealed to its row.
import type { Secret } from '../secret.ts'
import { type Seal, SealBroken } from './sealed.ts'

const rowOf = (signInId: string) => `sign_ins/${signInId}/id_token`

export async function sealIdToken (seal: Seal, idToken: Secret | null, signInId: string): Promise<string | null> {
  return idToken === null ? null : await seal.seal(idToken, rowOf(signInId))
}

// The sign-in is over by now. A sealing key that is gone must not make that look undone: it only costs the way on to Okta's sign-out.
export async function openIdToken (seal: Seal, sealed: string | null, signInId: string): Promise<Secret | null> {
  if (sealed === null) return null
  try {
    return await seal.open(sealed, rowOf(signInId))
  } catch (error) {
    if (error instanceof SealBroken) return null
    throw error
  }
}

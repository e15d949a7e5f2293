// By which word is each request known? Drawn many at once: asking the system for randomness costs more than all else that a check does.
import { buildReference, REFERENCE_BYTES } from '../tenant/reference.ts'

const DRAWN_AT_ONCE = 512

/** @returns a source of references. They are shown to people and are no secrets; what is secret is drawn on its own. */
export function drawReferences (random: (bytes: number) => Uint8Array): () => string {
  let page = new Uint8Array(0)
  let used = 0
  return () => {
    if (used >= page.length) {
      page = new Uint8Array(random(REFERENCE_BYTES * DRAWN_AT_ONCE))
      used = 0
    }
    const from = used
    used += REFERENCE_BYTES
    return buildReference(page, from)
  }
}

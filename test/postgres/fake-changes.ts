// Changes that a test tells itself: what is heard, when the line is trusted, and when it is in doubt.
import type { ChangeKind, Changes } from '../../src/postgres/changes.ts'

export interface FakeChanges extends Changes {
  tell (kind: ChangeKind, id: string): void
  trust (trusted: boolean): void
  /** Changes may have been missed. */
  doubt (): void
}

export function createFakeChanges (): FakeChanges {
  const hearers: Array<(kind: ChangeKind, id: string) => void> = []
  const doubters: Array<() => void> = []
  let [trusted, generation] = [true, 0]
  return {
    isTrusted: () => trusted,
    generation: () => generation,
    onChange: hear => { hearers.push(hear) },
    onDoubt: forget => { doubters.push(forget) },
    ready: async () => {},
    close: async () => {},
    trust: now => { trusted = now },
    tell (kind, id) {
      generation++
      for (const hear of hearers) hear(kind, id)
    },
    doubt () {
      generation++
      for (const forget of doubters) forget()
    }
  }
}

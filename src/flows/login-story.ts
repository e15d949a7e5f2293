// What happened in this login so far? Facts collected on the way, written down once.
import type { Step, StepName } from '../tenant/attempt.ts'

export interface LoginStory {
  readonly reference: string
  readonly steps: readonly Step[]
  note (name: StepName, detail?: Step['detail']): void
  /** Notes a step that was waited for, with the time it took. A failed wait notes nothing: the failure itself will be noted. */
  waitFor<Value> (name: StepName, work: () => Promise<Value>, detail?: (value: Value) => Step['detail']): Promise<Value>
}

export function tellStory (reference: string, now: () => Date): LoginStory {
  const steps: Step[] = []
  return {
    reference,
    steps,
    note (name, detail) {
      steps.push({ at: now(), name, ...(detail === undefined ? {} : { detail }) })
    },
    async waitFor (name, work, detail) {
      const startedAt = now()
      const value = await work()
      const at = now()
      const told = detail?.(value)
      steps.push({ at, name, milliseconds: at.getTime() - startedAt.getTime(), ...(told === undefined ? {} : { detail: told }) })
      return value
    }
  }
}

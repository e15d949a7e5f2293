// What time is it in a test? What the test says: this clock only moves when told.

export interface Clock {
  now (): Date
  advance (seconds: number): void
}

/** A clock that stands at `start`. `now` needs no `this`, so it can be handed over by itself. */
export function createClock (start: Date | string = '2026-11-21T09:00:00Z'): Clock {
  let milliseconds = new Date(start).getTime()
  return {
    now: () => new Date(milliseconds),
    advance: seconds => { milliseconds += seconds * 1000 }
  }
}

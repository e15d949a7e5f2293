// How many may be inside at once? One app that has stopped answering, or one member with many hands, must not take the place of all others.

export interface Crowd {
  /** Returns what is to be called when this one leaves, or null when there is no room. */
  enter (name: string): (() => void) | null
}

/** @param most for each name. */
export function createCrowd (most: number): Crowd {
  const inside = new Map<string, number>()
  const leave = (name: string) => {
    const rest = (inside.get(name) ?? 0) - 1
    if (rest > 0) inside.set(name, rest)
    else inside.delete(name)
  }
  return {
    enter (name) {
      const count = inside.get(name) ?? 0
      if (count >= most) return null
      inside.set(name, count + 1)
      let left = false
      return () => {
        if (left) return
        left = true
        leave(name)
      }
    }
  }
}

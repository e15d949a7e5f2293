// Which facts does a message from another process hold? Texts under known names, or it is no such message.

/** @throws Error naming the first that is missing. */
export function textIn<Name extends string> (message: unknown, names: readonly Name[]): Record<Name, string> {
  return pick(message, names, (value): value is string => typeof value === 'string')
}

/** @throws Error naming the first that is missing. */
export function numbersIn<Name extends string> (message: unknown, names: readonly Name[]): Record<Name, number> {
  return pick(message, names, (value): value is number => typeof value === 'number')
}

function pick<Name extends string, Value> (message: unknown, names: readonly Name[], fits: (value: unknown) => value is Value): Record<Name, Value> {
  const found: Partial<Record<Name, Value>> = {}
  for (const name of names) {
    const value: unknown = typeof message === 'object' && message !== null ? Reflect.get(message, name) : undefined
    if (!fits(value)) throw new Error(`The message holds no ${name}`)
    found[name] = value
  }
  return found as Record<Name, Value>
}

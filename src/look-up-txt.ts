// Which texts has somebody put into DNS at a name? Each record as one, however many strings it was sent in.

/** Of `node:dns/promises`, the module or a resolver with servers of its own. */
export interface TxtResolver {
  resolveTxt (name: string): Promise<readonly (readonly string[])[]>
}

/** Asks for the TXT records of a name. Rejects as the resolver does, with a `code`. */
export function createLookUpTxt (resolver: TxtResolver): (name: string) => Promise<readonly string[]> {
  // One string holds 255 bytes, and whoever runs DNS may cut a shorter text too: what was cut is no other text (RFC 7208, 3.3).
  return async name => (await resolver.resolveTxt(name)).map(parts => parts.join(''))
}

// Is this an address of the public internet? Anything else is our own network, and a customer's word must not lead there.
// The ranges are those of the IANA special-purpose registries (RFC 6890 and its updates).
import { isIP } from 'node:net'
import type { LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'

/** A request would have gone to an address, or by a scheme, that customers' hosts may not use. Names the host, never the address. */
export class BlockedAddress extends Error {
  readonly host: string

  constructor (host: string) {
    super(`blocked: ${host}`)
    this.name = 'BlockedAddress'
    this.host = host
  }
}

/** Takes an IP address as text. False for everything that is not plainly public, and for everything that is not an address. */
export function isPublicAddress (address: string): boolean {
  // ipaddr.js reads `0177.0.0.1` and `127.1` too; here only what the socket layer itself calls an address counts.
  if (isIP(address) === 0) return false
  const parsed = ipaddr.parse(address)
  if (parsed.range() !== 'unicast') return false
  // Global unicast is 2000::/3 only. Outside it lie forms that wrap an IPv4 address and that no public host has.
  return parsed.kind() === 'ipv4' || (parsed.toByteArray()[0] ?? 0) >> 5 === 1
}

/**
 * Wraps a DNS lookup so that it answers only when every address is public. The socket connects to what this very lookup returned,
 * so a name that changes its address between check and use (DNS rebinding) gets nowhere.
 */
export function vetLookup (lookup: LookupFunction): LookupFunction {
  return function vettedLookup (hostname, options, callback) {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, [])
      const addresses = typeof found === 'string' ? [{ address: found, family: isIP(found) }] : found
      const first = addresses[0]
      // One private address among public ones is no accident of a provider: refuse them all.
      if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address))) return callback(new BlockedAddress(hostname), [])
      if (options.all === true) return callback(null, addresses)
      callback(null, first.address, first.family)
    })
  }
}

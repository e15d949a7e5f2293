// Whose word do we take for where a request came from? Only that of the proxies which the operator listed.
import ipaddr from 'ipaddr.js'

type Range = ReturnType<typeof ipaddr.parseCIDR>

const MOST_KEPT = 1_000

/** @param ranges addresses and CIDR ranges, as the config has checked them. */
export function trustPeers (ranges: readonly string[]): (address: string) => boolean {
  const parsed = ranges.map(text => text.includes('/') ? ipaddr.parseCIDR(text) : alone(text))
  const judge = (address: string): boolean => {
    if (!ipaddr.isValid(address)) return false
    // `process` unwraps ::ffff:10.0.0.1, as which a dual-stack socket shows an IPv4 peer.
    const peer = ipaddr.process(address)
    return parsed.some(([network, bits]) => network.kind() === peer.kind() && peer.match(network, bits))
  }
  // A few proxies ask all the time. Whoever invents addresses in a forwarding header empties this, and gains nothing by it.
  const judged = new Map<string, boolean>()
  return address => {
    const known = judged.get(address)
    if (known !== undefined) return known
    const trusted = judge(address)
    if (judged.size >= MOST_KEPT) judged.clear()
    judged.set(address, trusted)
    return trusted
  }
}

function alone (text: string): Range {
  const address = ipaddr.process(text)
  return [address, address.kind() === 'ipv4' ? 32 : 128]
}

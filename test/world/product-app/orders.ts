// What does the product know about its customers? A few orders each, so that one tenant's never turn up at another's.

export interface Order { number: string, item: string, quantity: number, status: 'packed' | 'shipped' | 'delivered' }

const ORDERS: ReadonlyMap<string, readonly Order[]> = new Map([
  ['acme', [
    { number: 'NW-1042', item: 'Anvil, 50 kg', quantity: 4, status: 'packed' },
    { number: 'NW-1039', item: 'Rocket skates, pair', quantity: 1, status: 'shipped' },
    { number: 'NW-1007', item: 'Giant magnet', quantity: 2, status: 'delivered' }
  ]],
  ['globex', [
    { number: 'NW-2218', item: 'Hammock, district size', quantity: 12, status: 'shipped' },
    { number: 'NW-2190', item: 'Weather dial', quantity: 1, status: 'delivered' }
  ]]
])

/** The orders of one tenant, by its slug. A tenant nobody has heard of has none. */
export function findOrders (tenant: string): readonly Order[] {
  return ORDERS.get(tenant) ?? []
}

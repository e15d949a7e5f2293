// Who is in the demo, and what will each of them experience?
import type { Person } from '../world/okta-org.ts'

export interface Part {
  readonly email: string
  readonly company: string
  /** What this person will see. */
  readonly experience: string
}

const person = (email: string, name: string): Person => ({ email, name })

export const acmePeople = [person('ada@acme.test', 'Ada Lovelace'), person('bob@acme.test', 'Bob Byte'), person('eve@acme.test', 'Eve Ericsson'), person('mia@acme.test', 'Mia Moreau'), person('lea.laurent@group.test', 'Lea Laurent')]
export const initechPeople = [person('pia@initech.test', 'Pia Park'), person('tom@initech.test', 'Tom Tran')]
export const globexPeople = [person('gus@globex.test', 'Gus Grissom'), person('ida@globex.test', 'Ida Idris')]

export const parts: readonly Part[] = [
  { email: 'ada@acme.test', company: 'Acme', experience: 'is invited: lands in the product, as admin' },
  { email: 'bob@acme.test', company: 'Acme', experience: 'is not assigned to the app in Okta: reads who can change that, and how' },
  { email: 'eve@acme.test', company: 'Acme', experience: 'was never invited to the product: reads whom to ask' },
  { email: 'mia@acme.test', company: 'Acme', experience: 'is suspended in the product: Okta lets her in, the product does not' },
  { email: 'lea@acme.test', company: 'Acme', experience: 'is lea.laurent@group.test at Okta: opens the link in her mail, and is in for good' },
  { email: 'gus@globex.test', company: 'Globex', experience: 'comes for the first time: becomes a member by himself' },
  { email: 'ida@globex.test', company: 'Globex', experience: 'the same; sees Globex\'s orders and never Acme\'s' },
  { email: 'pia@initech.test', company: 'Initech', experience: 'runs an Okta that is not connected yet: opens the link in her mail, and connects it alone' }
]

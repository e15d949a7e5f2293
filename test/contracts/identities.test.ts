// Do PostgreSQL and its double keep the contract of identities?
import { identitiesContract } from './identities-contract.ts'
import { onBoth } from './stand-ins.ts'

onBoth(identitiesContract)

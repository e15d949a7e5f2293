// Do PostgreSQL and its double keep the contract of doors?
import { doorsContract } from './doors-contract.ts'
import { onBoth } from './stand-ins.ts'

onBoth(doorsContract)

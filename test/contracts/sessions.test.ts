// Do PostgreSQL and its double keep the contract of sessions?
import { sessionsContract } from './sessions-contract.ts'
import { onBoth } from './stand-ins.ts'

onBoth(sessionsContract)

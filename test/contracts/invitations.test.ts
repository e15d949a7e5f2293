// Do PostgreSQL and its double keep the contract of invitations?
import { invitationsContract } from './invitations-contract.ts'
import { onBoth } from './stand-ins.ts'

onBoth(invitationsContract)

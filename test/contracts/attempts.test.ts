// Do PostgreSQL and its double keep the contract of attempts?
import { attemptsContract } from './attempts-contract.ts'
import { onBoth } from './stand-ins.ts'

onBoth(attemptsContract)

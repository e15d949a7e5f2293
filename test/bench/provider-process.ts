// Who signs people in while the bench runs? An OpenID provider in a process of its own, so that its work is not the gateway's.
import { startFaultyProvider } from '../world/faulty-provider.ts'
import { answerParent } from './answer-parent.ts'

const provider = await startFaultyProvider({ idTokens: 'fat' })

answerParent({
  start: () => ({ origin: provider.origin, clientId: provider.clientId, clientSecret: provider.clientSecret, email: provider.person.email, name: provider.person.name }),
  // What the browser asks there is not the gateway's doing.
  asked: () => ({ token: provider.asked('/oauth2/v1/token'), other: provider.requests.filter(({ path }) => path !== '/oauth2/v1/authorize' && path !== '/oauth2/v1/token').length })
}, { statements: () => 0, close: async () => { await provider.close() } })

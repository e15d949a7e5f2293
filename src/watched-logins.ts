// Which moments of a login are counted and timed? Those that its story tells too, whichever door it came by; a test sign-in is nobody's login.
import type { Callback, CompletedLogin } from './flows/complete-login.ts'
import { codeOf, type EndedLogin, isExpected } from './flows/login-failure.ts'
import type { LoginStart, StartedLogin } from './flows/start-login.ts'
import type { Answer, OutgoingRequest } from './oidc/answer.ts'
import type { ProviderMetadata } from './oidc/discovery.ts'
import type { VerificationKeys } from './oidc/verified-jwt.ts'
import type { Signals } from './telemetry/signals.ts'
import type { NewSession, NewSignIn } from './tenant/sign-in.ts'

interface AskedProvider<Ref> {
  metadata (ref: Ref): Promise<ProviderMetadata>
  keys (ref: Ref, metadata: ProviderMetadata): VerificationKeys
  redeem (request: OutgoingRequest): Promise<Answer>
  userinfo (request: OutgoingRequest): Promise<Answer>
}

export function watchLogins ({ logins, stage }: Pick<Signals, 'logins' | 'stage'>) {
  // Who came through is finished when the session is saved; the sign-in is the same object all the way.
  const underWay = new WeakMap<NewSignIn, string>()
  const noteEnd = (ended: EndedLogin) => { if (ended.purpose !== 'test') logins.refused(ended.tenant?.slug ?? null, ended.code) }

  return {
    /** The provider as logins ask it; whoever else asks is not timed. */
    provider: <Ref>(idp: AskedProvider<Ref>): AskedProvider<Ref> => ({
      metadata: async ref => await stage('discovery', async () => await idp.metadata(ref)),
      keys (ref, metadata) {
        const find = idp.keys(ref, metadata)
        return async (header, unfit) => await stage('key_set', async () => await find(header, unfit))
      },
      redeem: async request => await stage('token_request', async () => await idp.redeem(request)),
      userinfo: async request => await stage('userinfo', async () => await idp.userinfo(request))
    }),

    start: (start: (start: LoginStart) => Promise<StartedLogin | EndedLogin>) => async (asked: LoginStart) => {
      const started = await start(asked)
      if (started.kind === 'ended') noteEnd(started)
      else if (asked.purpose.kind !== 'test') logins.started(asked.tenant.slug)
      return started
    },

    complete: (complete: (callback: Callback) => Promise<CompletedLogin>) => async (callback: Callback) => {
      const done = await complete(callback)
      if (done.kind === 'ended') noteEnd(done)
      if (done.kind === 'signed-in') underWay.set(done.newSignIn, done.tenant.slug)
      return done
    },

    save: (save: (idHash: string, session: NewSession, signIn: NewSignIn) => Promise<void>) => async (idHash: string, session: NewSession, signIn: NewSignIn) => {
      const tenant = underWay.get(signIn)
      try {
        await stage('store', async () => { await save(idHash, session, signIn) })
        if (tenant !== undefined) logins.finished(tenant)
      } catch (error) {
        if (tenant !== undefined && isExpected(error)) logins.refused(tenant, codeOf(error))
        throw error
      }
    }
  }
}

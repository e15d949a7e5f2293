// Where does the provider keep its things? In the memory of one organisation; its clients are the apps an admin registered.
import type { JWK } from 'jose'
import type { Adapter, AdapterPayload } from 'oidc-provider'
import type { Organization, RegisteredApp } from './organization.ts'

async function describeClient (app: RegisteredApp): Promise<AdapterPayload> {
  // Fetched here, because the library refuses to fetch from this machine, where all of this world lives.
  const keys = app.jwksUri === undefined ? {} : { jwks: parseKeySet(await (await fetch(app.jwksUri)).json()) }
  return {
    client_id: app.clientId,
    client_name: app.label,
    client_secret: app.secrets[0],
    redirect_uris: app.redirectUris,
    response_types: ['code'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: app.clientAuthentication ?? 'client_secret_basic',
    require_auth_time: true,
    ...keys
  }
}

function parseKeySet (loaded: unknown): { keys: JWK[] } {
  const keys = typeof loaded === 'object' && loaded !== null && 'keys' in loaded && Array.isArray(loaded.keys) ? loaded.keys : []
  return { keys }
}

/** One store per organisation, so that two of them never see each other's codes. */
export function createMemoryAdapter (organization: Organization): (model: string) => Adapter {
  const stored = new Map<string, AdapterPayload>()
  const find = (test: (payload: AdapterPayload) => boolean): AdapterPayload | undefined => [...stored.values()].find(test)
  return model => ({
    find: async id => {
      const app = model === 'Client' ? organization.apps.get(id) : undefined
      return app === undefined ? stored.get(`${model}:${id}`) : await describeClient(app)
    },
    upsert: async (id, payload) => { stored.set(`${model}:${id}`, payload) },
    destroy: async id => { stored.delete(`${model}:${id}`) },
    consume: async id => {
      const payload = stored.get(`${model}:${id}`)
      if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000)
    },
    findByUid: async uid => find(payload => payload.kind === 'Session' && payload.uid === uid),
    findByUserCode: async code => find(payload => payload.userCode === code),
    revokeByGrantId: async grantId => {
      for (const [key, payload] of stored) if (payload.grantId === grantId) stored.delete(key)
    }
  })
}

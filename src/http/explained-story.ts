// What did the person read whose login ended badly? The words of its code, for the API and the operator's pages alike.
import type { LoginFailureCode } from '../flows/login-failure.ts'
import type { AttemptStory } from '../tenant/attempt.ts'
import type { TenantId } from '../tenant/id.ts'

export interface Explained {
  readonly headline: string
  readonly sentence: string
  readonly actions: readonly { readonly who: 'you' | 'it-admin' | 'vendor', readonly text: string }[]
}

export interface ExplainStoryNeeds {
  readonly connections: { find (tenantId: TenantId, id: string): Promise<{ readonly issuer: string } | null> }
  readonly explain: (code: LoginFailureCode, issuer: string | null) => Explained
}

/** @returns null for a login that did not end badly. */
export async function explainStory ({ connections, explain }: ExplainStoryNeeds, { tenantId, code, outcome, connectionId }: AttemptStory): Promise<Explained | null> {
  if (code === null || (outcome !== 'refused' && outcome !== 'failed')) return null
  const connection = connectionId === null ? null : await connections.find(tenantId, connectionId)
  // What is in a story was put there by our own flows.
  const { headline, sentence, actions } = explain(code as LoginFailureCode, connection?.issuer ?? null)
  return { headline, sentence, actions }
}

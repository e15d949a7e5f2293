// How does a planned change of keys happen without waiting for it? Time goes by for the keys alone, and everybody gets a new token.
import type { Cluster } from './cluster.ts'

/** As if the keys had been made, published and closed so many seconds earlier. */
export async function letKeysAge (cluster: Cluster, seconds: number): Promise<void> {
  const older = ['created_at', 'published_at', 'signs_from_at', 'signs_until_at'].map(column => `${column} = ${column} - make_interval(secs => $1)`)
  await cluster.sql(`update signing_keys set ${older.join(', ')}`, [seconds])
}

/** Tokens live for minutes; a change to the person makes new ones at once. */
export async function renewTokens (cluster: Cluster): Promise<void> {
  for (const [email, id] of cluster.members) {
    await cluster.api(cluster.replicas[1], 'PATCH', `/tenants/${email.endsWith('@acme.test') ? 'acme' : 'globex'}/members/${id}`, { roles: ['buyer', 'admin'] })
  }
}

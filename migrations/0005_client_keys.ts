// Connections that prove themselves by a signature: no secret is handed around, the provider fetches the public key from us.
import { type Kysely, sql } from 'kysely'

export async function up (db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table client_keys (
    tenant_id text not null,
    connection_id text not null,
    kid text not null,
    public_jwk jsonb not null,
    private_jwk_sealed text not null,
    created_at timestamptz not null,
    primary key (tenant_id, connection_id),
    foreign key (tenant_id, connection_id) references connections (tenant_id, id) on delete cascade
  )`
]

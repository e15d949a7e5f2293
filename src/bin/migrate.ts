// Brings the database to the schema of this version.
import { ConfigError, parseDatabaseConfig } from '../config.ts'
import { connect } from '../postgres/connect.ts'
import { migrate } from '../postgres/migrate.ts'

try {
  const { db, close } = connect({ url: parseDatabaseConfig(process.env).databaseUrl, patient: true })
  const done = await migrate(db).finally(close)
  process.stdout.write(done.length === 0 ? 'The schema is up to date.\n' : `Migrated: ${done.join(', ')}.\n`)
} catch (error) {
  process.stderr.write(`${error instanceof ConfigError ? error.message : `The schema could not be migrated: ${String(error)}`}\n`)
  process.exitCode = 1
}

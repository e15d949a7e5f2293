// Brings the database to the schema of this version.
import { parseDatabaseConfig } from '../door-config.ts'
import { connect } from '../postgres/connect.ts'
import { migrate, schemaState } from '../postgres/migrate.ts'
import { sayFault } from './say-fault.ts'

try {
  const { db, close } = connect({ url: parseDatabaseConfig(process.env).databaseUrl, patient: true })
  const work = async () => await schemaState(db) === 'newer' ? null : await migrate(db)
  const done = await work().finally(close)
  // That of a newer release, which is being rolled out or back.
  const upToDate = done === null ? 'The schema is newer than this version, which runs on it; nothing is changed.\n' : 'The schema is up to date.\n'
  process.stdout.write(done === null || done.length === 0 ? upToDate : `Migrated: ${done.join(', ')}.\n`)
} catch (error) {
  process.stderr.write(sayFault('The schema could not be migrated', error))
  process.exitCode = 1
}

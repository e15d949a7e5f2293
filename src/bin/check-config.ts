// Would the gateway start with this environment? Every fault at once and exit code 1, or what is in force. Nothing is opened and nobody is asked.
import { parseConfig } from '../config.ts'
import { buildConfigTable, watchEnvironment } from '../config-table.ts'
import { sayFault } from './say-fault.ts'

const watched = watchEnvironment(process.env)
try {
  process.stdout.write(buildConfigTable(parseConfig(watched.environment), process.env, watched.names()))
} catch (error) {
  process.stderr.write(sayFault('The environment could not be read', error))
  process.exitCode = 1
}

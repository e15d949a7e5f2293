// What may a log line hold? Facts that were chosen; never an object as it happens to be.
import { type DestinationStream, type Logger, pino } from 'pino'

/** @param destination where lines go; standard output when left out. */
export function createLogger (level: string, destination?: DestinationStream): Logger {
  const options = { level, base: { service: 'gatehouse' }, serializers: { err: errorFacts } }
  return destination === undefined ? pino(options) : pino(options, destination)
}

const MAX_CAUSES = 4

/** Of an error what its makers meant to be read. Drivers hang clients, parameters and credentials onto theirs. */
export function errorFacts (error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return String(error)
  const code: unknown = Reflect.get(error, 'code')
  const detail: unknown = Reflect.get(error, 'detail')
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    // Ours are written to be read; a database's `detail` repeats the values of the row.
    ...(typeof detail === 'string' && error.message.includes(detail) ? { detail } : {}),
    ...(depth === 0 ? { stack: error.stack } : {}),
    ...(error.cause === undefined || depth >= MAX_CAUSES ? {} : { cause: errorFacts(error.cause, depth + 1) })
  }
}

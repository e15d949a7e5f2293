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
  // Of what is no error its kind alone: an object may refuse to be text, or be a secret as text.
  if (!(error instanceof Error)) return typeof error === 'object' || typeof error === 'function' ? Object.prototype.toString.call(error) : String(error)
  const code = read(error, 'code')
  const detail = read(error, 'detail')
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

// A getter may throw, and a log line must not.
function read (error: Error, name: string): unknown {
  try {
    return Reflect.get(error, name)
  } catch {
    return undefined
  }
}

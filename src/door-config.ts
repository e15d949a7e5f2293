// What does a door need of the environment that opens less than the whole gateway? The same variables, the same faults, and no more of them.
import { readFileSync } from 'node:fs'
import { type Config, ConfigError, type Environment, parseDatabaseUrl, parseEncryptionKeys, reader } from './config.ts'
import { readRetention, readRotation } from './lifetimes.ts'

type ReadFile = (path: string) => Uint8Array

/** The database alone. @throws ConfigError */
export function parseDatabaseConfig (environment: Environment, readFile: ReadFile = readFileSync): Pick<Config, 'databaseUrl'> {
  return parsePart(environment, readFile, read => ({ databaseUrl: databaseIn(read) }))
}

/** The database and the keys of what is sealed in it. @throws ConfigError */
export function parseSealingConfig (environment: Environment, readFile: ReadFile = readFileSync): Pick<Config, 'databaseUrl' | 'encryptionKeys'> {
  return parsePart(environment, readFile, sealingIn)
}

/** The same, and when signing keys follow each other. @throws ConfigError */
export function parseRotationConfig (environment: Environment, readFile: ReadFile = readFileSync): Pick<Config, 'databaseUrl' | 'encryptionKeys' | 'keyRotationSeconds' | 'keyPublishSeconds'> {
  return parsePart(environment, readFile, read => ({ ...sealingIn(read), ...readRotation(read) }))
}

/** The database and how long what is in it is kept. @throws ConfigError */
export function parseSweepConfig (environment: Environment, readFile: ReadFile = readFileSync): Pick<Config, 'databaseUrl' | 'attemptRetentionSeconds' | 'eventRetentionSeconds'> {
  return parsePart(environment, readFile, read => ({ databaseUrl: databaseIn(read), ...readRetention(read) }))
}

type Reader = ReturnType<typeof reader>
type Complete<Part> = { readonly [Name in keyof Part]: Exclude<Part[Name], undefined> }

function databaseIn (read: Reader) {
  return read.text('DATABASE_URL', 'a PostgreSQL URL, as in postgres://user@host/gatehouse', parseDatabaseUrl)
}

function sealingIn (read: Reader) {
  return { databaseUrl: databaseIn(read), encryptionKeys: read.text('ENCRYPTION_KEYS', '`id:base64` pairs of 32 bytes each, separated by commas; the first seals', parseEncryptionKeys) }
}

function parsePart<Part extends object> (environment: Environment, readFile: ReadFile, parse: (read: Reader) => Part): Complete<Part> {
  const faults: string[] = []
  const part = parse(reader(environment, readFile, faults))
  if (faults.length > 0 || !isComplete(part)) throw new ConfigError(faults)
  return part
}

function isComplete<Part extends object> (part: Part): part is Part & Complete<Part> {
  return Object.values(part).every(value => value !== undefined)
}

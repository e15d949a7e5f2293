// With which secrets does a kept database open again? Made once, kept beside it, readable by its owner alone.
import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const NAMES = ['ENCRYPTION_KEYS', 'COOKIE_SECRETS', 'OPERATOR_TOKEN'] as const

export type DevSecrets = Readonly<Record<typeof NAMES[number], string>>

/** @returns what `secrets.json` in the directory holds; a new one is written where there is none. */
export function keepSecrets (directory: string): DevSecrets {
  const file = path.join(directory, 'secrets.json')
  if (existsSync(file)) {
    chmodSync(file, 0o600)
    return parseSecrets(readFileSync(file, 'utf8'), file)
  }
  const secrets: DevSecrets = {
    ENCRYPTION_KEYS: `dev:${randomBytes(32).toString('base64')}`,
    COOKIE_SECRETS: randomBytes(32).toString('hex'),
    OPERATOR_TOKEN: randomBytes(24).toString('hex')
  }
  mkdirSync(directory, { recursive: true })
  writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  return secrets
}

function parseSecrets (text: string, file: string): DevSecrets {
  const [ENCRYPTION_KEYS, COOKIE_SECRETS, OPERATOR_TOKEN] = NAMES.map(name => findText(text, name))
  if (ENCRYPTION_KEYS === undefined || COOKIE_SECRETS === undefined || OPERATOR_TOKEN === undefined) {
    throw new Error(`${file} cannot be read. Without it the kept database stays closed: remove ${path.dirname(file)} to begin anew.`)
  }
  return { ENCRYPTION_KEYS, COOKIE_SECRETS, OPERATOR_TOKEN }
}

function findText (json: string, name: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(json)
    const found: unknown = typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, name) : undefined
    return typeof found === 'string' ? found : undefined
  } catch {
    return undefined
  }
}

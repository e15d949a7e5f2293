// Seals with the first of ENCRYPTION_KEYS what an older one has sealed; when it ends with 0, the older ones may go.
import { parseSealingConfig } from '../door-config.ts'
import { connect } from '../postgres/connect.ts'
import { resealAll } from '../postgres/reseal.ts'
import { createSeal } from '../postgres/sealed.ts'
import { sayFault } from './say-fault.ts'

const SHOWN = 20

try {
  const { databaseUrl, encryptionKeys } = parseSealingConfig(process.env)
  const { db, close } = connect({ url: databaseUrl })
  const { resealed, broken } = await resealAll(db, createSeal(encryptionKeys)).finally(close)
  process.stdout.write(`Resealed: ${resealed}. All that can be opened is sealed with \`${encryptionKeys[0].id}\`.\n`)
  if (broken.length > 0) {
    process.stderr.write(`${broken.length} cannot be opened with any of ENCRYPTION_KEYS: ${broken.slice(0, SHOWN).join(', ')}${broken.length > SHOWN ? ', …' : ''}\n`)
    process.exitCode = 1
  }
} catch (error) {
  process.stderr.write(sayFault('Nothing more could be resealed', error))
  process.exitCode = 1
}

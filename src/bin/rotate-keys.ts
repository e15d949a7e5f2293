// Publishes the next signing key at a time of somebody's choosing: from a calendar. By themselves the gateways rotate when a key is due.
import { randomBytes } from 'node:crypto'
import { parseRotationConfig } from '../door-config.ts'
import { rotateKeys } from '../flows/rotate-keys.ts'
import { connect } from '../postgres/connect.ts'
import { createEvents } from '../postgres/events.ts'
import { createSeal } from '../postgres/sealed.ts'
import { createSigningKeys, generateKey } from '../postgres/signing-keys.ts'
import { together } from '../postgres/together.ts'
import { GATEHOUSE } from '../tenant/event.ts'
import { buildId } from '../tenant/id.ts'
import { MAX_TOKEN_SECONDS } from '../token/key-ring.ts'
import { sayFault } from './say-fault.ts'

try {
  const { databaseUrl, encryptionKeys, keyRotationSeconds, keyPublishSeconds } = parseRotationConfig(process.env)
  const { db, close } = connect({ url: databaseUrl })
  const rotate = rotateKeys({
    together: together(db, one => ({ signingKeys: createSigningKeys(one, createSeal(encryptionKeys)), events: createEvents(one, () => buildId('evt', randomBytes(20))) })),
    generateKey,
    policy: { rotationSeconds: keyRotationSeconds, publishSeconds: keyPublishSeconds, maxTokenLifetimeSeconds: MAX_TOKEN_SECONDS },
    now: () => new Date(),
    random: randomBytes
  })
  const done = await rotate('requested', GATEHOUSE).finally(close)
  process.stdout.write(done.action === 'none' ? 'Nothing to do: the next key is published already.\n' : `Published: the next key signs from ${done.signsFromAt.toISOString()}.\n`)
} catch (error) {
  process.stderr.write(sayFault('No key could be published', error))
  process.exitCode = 1
}

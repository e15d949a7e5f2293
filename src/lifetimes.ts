// How long do keys sign, and how long is it kept what happened? Read alike by the gateway and by the doors that open less.

interface Reads {
  integer (name: string, fallback: number, least: number): number
}

/** Seconds: how long a signing key signs, and how long it is published before it does. */
export function readRotation (read: Reads) {
  const keyPublishSeconds = read.integer('KEY_PUBLISH_SECONDS', 3_600, 600)
  return { keyRotationSeconds: read.integer('KEY_ROTATION_SECONDS', 2_592_000, keyPublishSeconds), keyPublishSeconds }
}

/** Seconds: how long the stories of logins are kept, and what was changed. */
export function readRetention (read: Reads) {
  return { attemptRetentionSeconds: read.integer('ATTEMPT_RETENTION_SECONDS', 7_776_000, 86_400), eventRetentionSeconds: read.integer('EVENT_RETENTION_SECONDS', 34_560_000, 86_400) }
}

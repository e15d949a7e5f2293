// How is a process measured that waits for others half of the time? On a core that never falls asleep in between.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Cores } from './measured-process.ts'

/**
 * Keeps the measured core awake with a process that gets only what nobody else wants (SCHED_IDLE). The host of a virtual machine lends a core
 * that sleeps to its next tenant: each wake then begins with somebody else's caches, and is billed to whoever was woken. A gateway with
 * other logins to go on with hardly ever sleeps between two steps of one.
 * @returns how to let it sleep again. Does nothing where there is no such core or no `chrt`.
 */
export function keepAwake (cores: Cores | null): () => void {
  if (cores === null) return () => {}
  const child = spawn('taskset', ['-c', String(cores.measured), 'chrt', '--idle', '0', process.execPath, fileURLToPath(new URL('idle-process.ts', import.meta.url))], { stdio: 'ignore' })
  // Not there: then the core sleeps, and the numbers are higher.
  child.on('error', () => {})
  return () => { child.kill('SIGKILL') }
}

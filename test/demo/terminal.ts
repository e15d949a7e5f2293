// How is somebody asked at a terminal, and a secret typed without being shown?
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import type { Dialogue } from './connect-okta.ts'

export interface Terminal extends Dialogue {
  close (): void
}

/** Asks on standard input and output. Ctrl-C is passed on as the signal it would be; Ctrl-D ends the questions. */
export function openTerminal (): Terminal {
  let hiding = false
  const output = new Writable({
    write (chunk, _encoding, done) {
      if (!hiding) process.stdout.write(chunk)
      done()
    }
  })
  const lines = createInterface({ input: process.stdin, output, terminal: true, historySize: 0 })
  let closed = false
  let giveUp: () => void = () => {}
  lines.once('close', () => { closed = true; giveUp() })
  lines.on('SIGINT', () => { giveUp = () => {}; lines.close(); process.kill(process.pid, 'SIGINT') })
  return {
    say: text => { process.stdout.write(`${text}\n`) },
    close: () => { lines.close() },
    ask: async (question, hidden = false) => await new Promise(resolve => {
      if (closed) return resolve(null)
      giveUp = () => { process.stdout.write('\n'); resolve(null) }
      lines.question(question, typed => {
        if (hidden) process.stdout.write('\n')
        hiding = false
        giveUp = () => {}
        resolve(typed)
      })
      hiding = hidden
    })
  }
}

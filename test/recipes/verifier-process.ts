// A recipe at work: a program that is told one token a line and answers each with one line.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Recipe } from './recipe.ts'
import { audience, issuer, tenantId } from './mint.ts'

const PATIENCE_MS = 30_000

export interface VerifierProcess {
  /** `ok <subject>` or `no <status> …` */
  ask (token: string): Promise<string>
  stop (): Promise<void>
}

export function startVerifier ({ command, args, environment }: Recipe, keysUrl: string): VerifierProcess {
  const child = spawn(command, [...args, keysUrl, issuer, audience, tenantId], { env: { ...process.env, ...environment }, stdio: ['pipe', 'pipe', 'pipe'] })
  const waiting: Array<(answer: string) => void> = []
  let said = ''
  let isOver = false
  child.stderr.setEncoding('utf8').on('data', (text: string) => { said = (said + text).slice(-4_000) })
  child.stdin.on('error', () => {}) // it has ended; whoever waits for its answer is told below
  createInterface({ input: child.stdout }).on('line', line => {
    if (/^(?:ok|no) /.test(line)) waiting.shift()?.(line) // a library may log here, too
  })
  const ended = new Promise<void>(resolve => {
    child.once('error', error => { said += String(error) })
    child.once('close', () => {
      isOver = true
      for (const answer of waiting.splice(0)) answer(`ended: ${said}`)
      resolve()
    })
  })

  return {
    async ask (token) {
      if (isOver) return `ended: ${said}`
      return await new Promise(resolve => {
        const timer = setTimeout(() => { resolve(`silent: ${said}`) }, PATIENCE_MS)
        waiting.push(answer => {
          clearTimeout(timer)
          resolve(answer)
        })
        child.stdin.write(`${token}\n`)
      })
    },
    async stop () {
      child.stdin.end()
      const timer = setTimeout(() => { child.kill('SIGKILL') }, PATIENCE_MS)
      await ended
      clearTimeout(timer)
    }
  }
}

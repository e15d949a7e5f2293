// How does a message reach somebody's mailbox? By the vendor's own mail server, in one try with a deadline.
import type { Transporter } from 'nodemailer'
import type { Secret } from '../secret.ts'
import type { Message } from './messages.ts'

export interface MailOptions {
  /** `smtp://` or `smtps://`, with the user and password of the server if it wants any. */
  readonly smtpUrl: Secret
  /** What people see as the sender: `Northwind <login@northwind.test>`, or the address alone. */
  readonly from: string
  /** Told what went wrong, without a word of the message or of the people: a mail server's own sentences repeat addresses. */
  readonly onTrouble: (trouble: MailTrouble) => void
}

export interface MailTrouble {
  /** As nodemailer names it: `ECONNECTION`, `EAUTH`, `EENVELOPE`, `ETIMEDOUT` … */
  readonly code: string
  /** The number that the mail server answered with; null when it said nothing. */
  readonly answered: number | null
}

export interface Mail {
  /** Never throws: what was saved stays saved, and a link can be handed out in another way. @returns whether the mail server has taken it. */
  send (message: Message): Promise<boolean>
  close (): void
}

const PATIENCE_MS = 8_000

/** Opens nothing before the first message. */
export function createMail ({ smtpUrl, from, onTrouble }: MailOptions): Mail {
  let opened: Promise<Transporter> | undefined
  const open = async (): Promise<Transporter> => {
    // Most replicas never send a mail, and it weighs as much as a thousand sessions.
    const { createTransport } = await import('nodemailer')
    return createTransport({
      url: smtpUrl.reveal(),
      connectionTimeout: PATIENCE_MS,
      greetingTimeout: PATIENCE_MS,
      socketTimeout: PATIENCE_MS,
      // A password is never said to a server in the clear; `smtps://` is encrypted from the first byte.
      requireTLS: wantsEncryption(smtpUrl),
      // A message is made of text; whatever looks like a path or an address in it is not read.
      disableFileAccess: true,
      disableUrlAccess: true
    })
  }
  return {
    async send ({ to, subject, text, html }) {
      try {
        const transport = await (opened ??= open())
        // The address as an object, so that no reader of headers decides where it ends.
        await transport.sendMail({ from, to: { name: '', address: to }, subject: oneLine(subject), text, html, headers: { 'auto-submitted': 'auto-generated' } })
        return true
      } catch (error) {
        onTrouble(troubleOf(error))
        return false
      }
    },
    close () { void opened?.then(transport => { transport.close() }, () => {}) }
  }
}

function wantsEncryption (smtpUrl: Secret): boolean {
  const { protocol, username } = new URL(smtpUrl.reveal())
  return protocol === 'smtp:' && username !== ''
}

function oneLine (text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
}

function troubleOf (error: unknown): MailTrouble {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
  const answered: unknown = error instanceof Error ? Reflect.get(error, 'responseCode') : undefined
  return { code: typeof code === 'string' && /^[A-Z_]{1,40}$/.test(code) ? code : 'EUNKNOWN', answered: typeof answered === 'number' ? answered : null }
}

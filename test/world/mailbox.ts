// Where do the gateway's mails arrive? At a real SMTP server on this machine, which keeps what it gets.
import { SMTPServer } from 'smtp-server'
import { readMail, type ReceivedMail } from './mail-text.ts'

export interface Mailbox {
  /** For SMTP_URL. */
  readonly url: string
  /** In the order in which they came. */
  readonly mails: readonly ReceivedMail[]
  /** Whether it says no to every recipient, as a server does that knows none of them. */
  refuses: boolean
  stop (): Promise<void>
}

export async function startMailbox ({ onMail }: { readonly onMail?: (mail: ReceivedMail) => void } = {}): Promise<Mailbox> {
  const mails: ReceivedMail[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onRcptTo ({ address }, _session, done) {
      if (mailbox.refuses) done(Object.assign(new Error(`no mailbox ${address} here`), { responseCode: 550 }))
      else done()
    },
    onData (stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => { chunks.push(chunk) })
      stream.once('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        const mail = readMail(Buffer.concat(chunks).toString('utf8'), mailFrom === false ? '' : mailFrom.address, rcptTo.map(({ address }) => address))
        mails.push(mail)
        onMail?.(mail)
        done()
      })
    }
  })
  // Whoever hangs up in the middle of a test is no fault of the server.
  server.on('error', () => {})
  const port = await new Promise<number>((resolve, reject) => {
    const listening = server.listen(0, '127.0.0.1', () => {
      const address = listening.address()
      if (typeof address === 'object' && address !== null) resolve(address.port)
      else reject(new Error('no port'))
    })
  })
  const mailbox: Mailbox = {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    refuses: false,
    stop: async () => { await new Promise<void>(resolve => { server.close(() => { resolve() }) }) }
  }
  return mailbox
}

// Does a message arrive as it was written, and what happens when it cannot?
import { createServer } from 'node:net'
import t from 'tap'
import { createMail, type MailTrouble } from '../../src/mail/mail.ts'
import type { Message } from '../../src/mail/messages.ts'
import { Secret } from '../../src/secret.ts'
import { ascii } from '../tenant/ascii.ts'
import { startMailbox } from '../world/mailbox.ts'

const message: Message = { to: 'ada@acme.test', subject: 'Hello', text: 'one\n\ntwo\n', html: '<p>one</p>' }

async function open (test: { teardown (done: () => Promise<void>): unknown }, url?: string) {
  const mailbox = await startMailbox()
  const troubles: MailTrouble[] = []
  const mail = createMail({ smtpUrl: new Secret(url ?? mailbox.url), from: 'Northwind <login@northwind.test>', onTrouble: trouble => { troubles.push(trouble) } })
  test.teardown(async () => {
    mail.close()
    await mailbox.stop()
  })
  return { mailbox, mail, troubles }
}

void t.test('a message arrives with its sender, its subject and both of its texts', async t => {
  const { mailbox, mail } = await open(t)
  t.ok(await mail.send({ ...message, subject: 'Grüße an 株式会社', text: `${'ein langer Satz mit ß '.repeat(20)}\n`, html: '<p>„ß“</p>' }))
  const [got] = mailbox.mails
  t.match(got, { recipients: ['ada@acme.test'], sender: 'login@northwind.test', text: `${'ein langer Satz mit ß '.repeat(20)}\n`, html: '<p>„ß“</p>' })
  t.equal(got?.headers.get('subject'), 'Grüße an 株式会社')
  t.equal(got?.headers.get('to'), 'ada@acme.test')
  t.equal(got?.headers.get('from'), 'Northwind <login@northwind.test>')
  t.equal(got?.headers.get('auto-submitted'), 'auto-generated', 'no out-of-office answers to it')
})

const injections = ['Hello\r\nBcc: eve@evil.test', 'Hello\nBcc: eve@evil.test\n\nbody', 'Hello\r\n\r\n<b>body</b>', 'Hello\u2028Bcc: eve@evil.test', 'Hello\u0000Bcc: eve@evil.test']
for (const subject of injections) {
  void t.test(`a subject cannot add a header or a body: ${ascii(subject)}`, async t => {
    const { mailbox, mail } = await open(t)
    t.ok(await mail.send({ ...message, subject }))
    const [got] = mailbox.mails
    t.same(got?.recipients, ['ada@acme.test'])
    t.notOk(got?.headers.has('bcc'))
    t.same([...got?.headers.keys() ?? []].sort(), ['auto-submitted', 'content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to'])
    t.equal(got?.text, message.text)
  })
}

const addresses = ['ada@acme.test\r\nBcc: eve@evil.test', 'ada@acme.test, eve@evil.test', 'ada@acme.test>\r\nRCPT TO:<eve@evil.test', '"x" <eve@evil.test>, ada@acme.test', 'ada@acme.test\r\n\r\nbody']
for (const to of addresses) {
  void t.test(`an address stays one address, whatever is in it: ${ascii(to)}`, async t => {
    const { mailbox, mail } = await open(t)
    await mail.send({ ...message, to })
    for (const got of mailbox.mails) {
      t.ok(got.recipients.length <= 1)
      t.notOk(got.recipients.includes('eve@evil.test'))
      t.notOk(got.headers.has('bcc'))
    }
    t.ok(await mail.send(message), 'and the next one goes through')
  })
}

void t.test('a server that says no, or nothing, costs the mail and nothing else; what is told of it names nobody', async t => {
  const { mailbox, mail, troubles } = await open(t)
  mailbox.refuses = true
  t.notOk(await mail.send(message))
  t.match(troubles, [{ code: 'EENVELOPE', answered: 550 }])
  mailbox.refuses = false
  t.ok(await mail.send(message))
  const gone = await open(t, 'smtp://user:secret-of-smtp@127.0.0.1:1')
  t.notOk(await gone.mail.send(message))
  t.match(gone.troubles, [{ code: /^E[A-Z]+$/, answered: null }])
  t.notMatch(JSON.stringify([...troubles, ...gone.troubles]), /ada|secret|127\.0/)
})

void t.test('a password is said to no server that does not encrypt', async t => {
  const heard: string[] = []
  const server = createServer(socket => {
    socket.on('error', () => {})
    socket.write('220 plain\r\n')
    socket.on('data', data => {
      heard.push(String(data))
      socket.write(String(data).startsWith('EHLO') ? '250-plain\r\n250 AUTH PLAIN LOGIN\r\n' : '502 no\r\n')
    })
  })
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  t.teardown(async () => { await new Promise(resolve => { server.close(resolve) }) })
  const address = server.address()
  const { mail, troubles } = await open(t, `smtp://login:secret-of-smtp@127.0.0.1:${typeof address === 'object' ? address?.port : 0}`)
  t.notOk(await mail.send(message))
  t.equal(troubles.length, 1)
  t.match(heard.join(''), /EHLO[^]*STARTTLS/)
  t.notMatch(heard.join(''), /AUTH|secret|c2VjcmV0/)
})

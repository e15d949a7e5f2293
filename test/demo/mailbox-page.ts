// What has been mailed? A page of its own shows everybody's mails, newest first, with links to click.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { html, type Html } from '../world/html.ts'
import type { ReceivedMail } from '../world/mail-text.ts'

export interface MailboxPage {
  readonly url: string
  stop (): Promise<void>
}

const css = readFileSync(new URL('./mailbox-page.css', import.meta.url))
const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'content-security-policy': "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'" }

export async function startMailboxPage (mails: () => readonly ReceivedMail[], port: number): Promise<MailboxPage> {
  const server = createServer((request, response) => {
    if (request.url === '/mailbox.css') response.writeHead(200, { ...headers, 'content-type': 'text/css' }).end(css)
    else if (request.url === '/') response.writeHead(200, { ...headers, 'content-type': 'text/html; charset=utf-8' }).end(draw(mails()))
    else response.writeHead(404, headers).end()
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => { await new Promise<void>(resolve => { server.close(() => { resolve() }); server.closeAllConnections() }) }
  }
}

function draw (mails: readonly ReceivedMail[]): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Everybody’s mailbox</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/mailbox.css">
</head>
<body>
<main>
<h1>Everybody’s mailbox</h1>
<p>What Gatehouse has mailed, newest first. Nothing of it leaves this machine.</p>
${mails.toReversed().map(drawMail)}
${mails.length === 0 ? html`<article>Nothing yet. Load this page again later.</article>` : undefined}
</main>
</body>
</html>
`.toString()
}

function drawMail (mail: ReceivedMail): Html {
  return html`<article>
<h2>${mail.headers.get('subject')}</h2>
<dl><dt>To</dt><dd>${mail.recipients.join(', ')}</dd><dt>From</dt><dd>${mail.headers.get('from')}</dd></dl>
<pre>${mail.text.split(/(https?:\/\/\S+)/).map(part => /^https?:/.test(part) ? html`<a href="${part}">${part}</a>` : part)}</pre>
</article>`
}

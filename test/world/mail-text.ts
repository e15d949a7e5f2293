// What does a received mail say? Read as a mail program would read it, as far as the gateway's mails go: headers, and parts of text and HTML.
export interface ReceivedMail {
  /** To whom the mail server was told to bring it. */
  readonly recipients: readonly string[]
  readonly sender: string
  /** By lower-case name; folded lines are whole again and encoded words are read. */
  readonly headers: ReadonlyMap<string, string>
  readonly text: string
  readonly html: string
  readonly raw: string
}

export function readMail (raw: string, sender: string, recipients: readonly string[]): ReceivedMail {
  const { headers, body } = split(raw)
  const boundary = /boundary="?([^";]+)"?/.exec(headers.get('content-type') ?? '')?.[1]
  const parts = boundary === undefined ? [{ headers, body }] : `\r\n${body}`.split(`\r\n--${boundary}`).slice(1, -1).map(part => split(part.replace(/^\r\n/, '')))
  const textOf = (type: string) => parts.filter(part => (part.headers.get('content-type') ?? 'text/plain').startsWith(type))
    .map(part => decode(part.body, part.headers.get('content-transfer-encoding') ?? '7bit')).join('')
  return { recipients, sender, headers, text: textOf('text/plain').replaceAll('\r\n', '\n'), html: textOf('text/html').replaceAll('\r\n', '\n'), raw }
}

function split (message: string): { headers: Map<string, string>, body: string } {
  const [head = '', ...rest] = message.split('\r\n\r\n')
  const headers = new Map<string, string>()
  for (const line of head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const at = line.indexOf(':')
    headers.set(line.slice(0, at).toLowerCase(), readWords(line.slice(at + 1).trim()))
  }
  return { headers, body: rest.join('\r\n\r\n') }
}

function readWords (text: string): string {
  return text.replace(/\?=\s+=\?/g, '?==?').replace(/=\?utf-8\?([QB])\?([^?]*)\?=/gi, (_, kind: string, word: string) =>
    kind.toUpperCase() === 'B' ? Buffer.from(word, 'base64').toString('utf8') : decode(word.replaceAll('_', ' '), 'quoted-printable'))
}

function decode (body: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8')
  if (encoding !== 'quoted-printable') return body
  const bytes = body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

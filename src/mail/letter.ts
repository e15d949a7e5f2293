// How is a letter written so that every mail program can show it? As plain text and as simple HTML, saying the same.

export interface Letter {
  readonly greeting: string
  readonly paragraphs: readonly string[]
  readonly button: { readonly label: string, readonly url: string }
  readonly after: readonly string[]
  /** Small print. */
  readonly closing: readonly string[]
}

/** The address on a line of its own, whole: mail programs make a link of it, and people can copy it. */
export function writeText ({ greeting, paragraphs, button, after, closing }: Letter): string {
  return [greeting, ...paragraphs, `${button.label}:\n${button.url}`, ...after, `-- \n${closing.join('\n')}`].map(plain).join('\n\n') + '\n'
}

/** No picture, no tracking, no style sheet that a mail program would drop: what was typed by others is text, never markup. */
export function writeHtml ({ greeting, paragraphs, button, after, closing }: Letter): string {
  const body = [
    ...[greeting, ...paragraphs].map(text => `<p style="margin:0 0 16px">${escape(text)}</p>`),
    `<p style="margin:24px 0"><a href="${escape(button.url)}" style="display:inline-block;padding:12px 20px;border:1px solid #868c97;border-radius:8px;background:#1d2026;color:#ffffff;font-weight:600;text-decoration:none">${escape(button.label)}</a></p>`,
    ...after.map(text => `<p style="margin:0 0 16px">${escape(text)}</p>`),
    `<p style="margin:0 0 16px;opacity:.72;font-size:13px">If the button does not work, copy this address:<br><span style="word-break:break-all">${escape(button.url)}</span></p>`,
    `<p style="margin:24px 0 0;padding-top:16px;border-top:1px solid #868c97;opacity:.72;font-size:13px">${closing.map(escape).join('<br>')}</p>`
  ].join('\n')
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"></head>
<body style="margin:0;padding:24px;font:16px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif">
<div style="max-width:520px;margin:0 auto">
${body}
</div>
</body>
</html>
`
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;', '`': '&#96;' }

function escape (text: string): string {
  return plain(text).replace(/[&<>"'`]/g, character => entities[character] ?? '')
}

// Control characters break mails, and bidirectional overrides let a name rewrite the sentence around it.
function plain (text: string): string {
  return text.toWellFormed().replace(/(?![\t\n])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, '')
}

// What of a foreign text may be shown or logged? Its printable characters, up to a length.

// Format characters go too: a bidi override makes a log line or a page read backwards.
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu
const hasUnprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

/** Takes a text and the most characters to keep; returns it on one line without control and format characters. */
export function plainText (text: string, maxLength: number): string {
  return text.slice(0, maxLength * 4).replace(unprintable, ' ').trim().slice(0, maxLength).toWellFormed()
}

/** Whether a text of 1 to `maxLength` characters can be taken as it is. */
export function isPrintable (text: string, maxLength: number): boolean {
  return text !== '' && text.length <= maxLength && !hasUnprintable.test(text)
}

/** Whether a text is printable ASCII of 1 to `maxLength` characters (VSCHAR of RFC 6749, appendix A). */
export function isVisibleAscii (text: string, maxLength: number): boolean {
  return text.length <= maxLength && /^[\x20-\x7e]+$/.test(text)
}

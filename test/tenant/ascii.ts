// How is a hostile text printed? In ASCII, because a test report has readers and parsers of its own.
export function ascii (text: string): string {
  return JSON.stringify(text).slice(0, 100).replace(/[^\x20-\x7e]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

// How does a terminal show something that one would rather look at than read?
import { styleText } from 'node:util'

/** Rows of cells under their headings, each column as wide as its widest cell. */
export function drawTable (headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const [first = '', ...rest] = align([headings, ...rows])
  return indent([styleText('dim', first), ...rest])
}

/** The same without headings. */
export function drawList (rows: readonly (readonly string[])[]): string {
  return indent(align(rows))
}

function align (rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => (row[column] ?? '').length)))
  return rows.map(row => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   ').trimEnd())
}

function indent (lines: readonly string[]): string {
  return lines.map(line => `  ${line}`).join('\n')
}

export const strong = (text: string) => styleText('bold', text)
export const link = (text: string) => styleText(['cyan', 'underline'], text)
export const quiet = (text: string) => styleText('dim', text)

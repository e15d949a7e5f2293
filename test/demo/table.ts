// How does a terminal show something that one would rather look at than read?
import { styleText } from 'node:util'

/** Rows of cells under their headings, each column as wide as its widest cell. */
export function drawTable (headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, column) => Math.max(heading.length, ...rows.map(row => (row[column] ?? '').length)))
  const line = (cells: readonly string[]) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   ').trimEnd()
  return [styleText('dim', line(headings)), ...rows.map(line)].map(row => `  ${row}`).join('\n')
}

export const strong = (text: string) => styleText('bold', text)
export const link = (text: string) => styleText(['cyan', 'underline'], text)
export const quiet = (text: string) => styleText('dim', text)

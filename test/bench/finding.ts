// What did the bench find? One line each: what was measured, in which unit, and what it must be.
import type { Measured } from './rounds.ts'

export interface Finding extends Measured {
  readonly what: string
  readonly unit: string
  /** Missing it fails the bench. None: the number is there to understand the others. */
  readonly must?: { readonly atMost: number } | { readonly atLeast: number }
}

export function passes ({ must, median }: Finding): boolean {
  if (must === undefined) return true
  return 'atMost' in must ? median <= must.atMost : median >= must.atLeast
}

/** Heading and cells of the table. */
export const headings = ['what', 'median', 'middle half', 'must', '']

export function cellsOf (finding: Finding): readonly string[] {
  const { what, unit, median, low, high, must } = finding
  return [
    what,
    `${short(median)} ${unit}`.trim(),
    low === high ? '' : `${short(low)} … ${short(high)}`,
    must === undefined ? '' : 'atMost' in must ? `≤ ${must.atMost}` : `≥ ${must.atLeast}`,
    must === undefined ? '' : passes(finding) ? 'good' : 'MISSED'
  ]
}

function short (value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))
}

// Whose pages are these? The vendor's name, colour and logo, and how the colour becomes a readable theme.
import { contrast, hexColour, inkOn, toneOn } from './contrast.ts'

/** The vendor as people see it. `accent` is `#rrggbb`; `logo` reads on white and is served by us. */
export interface Brand {
  readonly name: string
  readonly accent: string
  readonly logo: { readonly contentType: 'image/svg+xml' | 'image/png', readonly body: Uint8Array } | null
  readonly supportEmail: string | null
}

/** The grounds of gatehouse.css that text and controls stand on, in both schemes: card, then page. */
export const grounds = {
  light: ['#ffffff', '#f6f5f2'],
  dark: ['#1c1f25', '#14161a']
} as const

/** Takes the brand's accent; returns the few rules that make it the theme, to be appended to gatehouse.css. Any accent gives readable text. */
export function brandStylesheet (accent: string): string {
  return `:root { ${theme(accent, grounds.light)} }\n@media (prefers-color-scheme: dark) { :root { ${theme(accent, grounds.dark)} } }\n`
}

function theme (accent: string, on: readonly [string, string]): string {
  const colour = hexColour(accent)
  // A black brand on a dark card, or a white one on a light card, would hide the only strong button.
  const fill = contrast(colour, on[0]) < 1.35 ? toneOn(colour, on, 9) : colour
  return `--accent: ${fill}; --accent-ink: ${inkOn(fill)}; --accent-edge: ${toneOn(fill, on, 3)}; --link: ${toneOn(colour, on, 5)}`
}

/** Takes the accent; returns the built-in mark, a gate on a tile, as an SVG without styles or scripts. It is read on light and dark alike. */
export function buildMark (accent: string): string {
  const colour = hexColour(accent)
  return '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">' +
    `<rect width="32" height="32" rx="8" fill="${colour}"/>` +
    `<path d="M8 24V12.5L16 7.5l8 5V24M13 24v-5a3 3 0 0 1 6 0v5M6 24h20" fill="none" stroke="${inkOn(colour)}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/>` +
    '</svg>\n'
}

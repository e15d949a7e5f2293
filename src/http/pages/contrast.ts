// Can a person read this colour on that ground? WCAG 2.2 §1.4.3 and §1.4.11, by its own formula.

type Channels = readonly [number, number, number]

const fallback: Channels = [0x3b, 0x5b, 0xdb]

function channels (colour: string): Channels {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour)
  if (hex === null) return fallback
  return [parseInt(hex[1] ?? '', 16), parseInt(hex[2] ?? '', 16), parseInt(hex[3] ?? '', 16)]
}

/** Takes anything; returns a lower-case `#rrggbb`, the house blue where it was none. What is returned is safe inside a stylesheet. */
export function hexColour (colour: string): string {
  return '#' + channels(colour).map(channel => channel.toString(16).padStart(2, '0')).join('')
}

function luminance (colour: string): number {
  const [red, green, blue] = channels(colour).map(channel => {
    const part = channel / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0)
}

/** Takes two `#rrggbb` colours; returns their contrast, 1 (none) to 21 (black on white). */
export function contrast (one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05)
}

/** Takes a ground; returns the ink, white or black, that is read best on it. One of the two always reaches 4.5:1; white is preferred. */
export function inkOn (ground: string): '#ffffff' | '#000000' {
  return contrast('#ffffff', ground) >= 4.5 ? '#ffffff' : '#000000'
}

/** Takes a colour, the grounds it must be seen on and the contrast it needs; returns it, moved towards black or white as far as it takes. */
export function toneOn (colour: string, grounds: readonly string[], needed: number): string {
  const end = channels(inkOn(grounds[0] ?? '#ffffff'))
  for (let step = 0; step <= 50; step++) {
    const toned = hexColour('#' + channels(colour).map((channel, i) => {
      const moved = Math.round(channel + ((end[i] ?? 0) - channel) * step / 50)
      return moved.toString(16).padStart(2, '0')
    }).join(''))
    if (grounds.every(ground => contrast(toned, ground) >= needed)) return toned
  }
  return inkOn(grounds[0] ?? '#ffffff')
}

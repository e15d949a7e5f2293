import { readFileSync } from 'node:fs'
import t from 'tap'
import fc from 'fast-check'
import { brandStylesheet, buildMark, grounds } from '../../../src/http/pages/brand.ts'
import { contrast, hexColour, inkOn, toneOn } from '../../../src/http/pages/contrast.ts'

const css = readFileSync(new URL('../../../src/http/pages/gatehouse.css', import.meta.url), 'utf8')

/** The custom properties of the light and of the dark scheme, in a stylesheet that sets them in this order. */
function schemes (sheet: string): { light: ReadonlyMap<string, string>, dark: ReadonlyMap<string, string> } {
  const [light, dark] = sheet.split('@media (prefers-color-scheme: dark)').map(part =>
    new Map([...part.matchAll(/--([a-z-]+): (#[0-9a-f]{6})/g)].map(match => [match[1] ?? '', match[2] ?? ''])))
  return { light: light ?? new Map(), dark: dark ?? new Map() }
}

void t.test('contrast follows the formula of WCAG', async t => {
  t.equal(contrast('#000000', '#ffffff'), 21)
  t.equal(contrast('#ffffff', '#ffffff'), 1)
  t.equal(contrast('#777777', '#ffffff').toFixed(2), '4.48')
  t.equal(contrast('#ffffff', '#777777').toFixed(2), '4.48')
})

void t.test('all text of the stylesheet is read at 4.5:1 and every field edge seen at 3:1, in the light and in the dark', async t => {
  for (const [scheme, colours] of Object.entries(schemes(css))) {
    for (const ground of ['paper', 'card', 'field']) {
      for (const [text, needed] of [['ink', 4.5], ['quiet', 4.5], ['bad', 4.5], ['good', 4.5], ['warn', 4.5], ['edge', 3]] as const) {
        const reached = contrast(colours.get(text) ?? '#808080', colours.get(ground) ?? '#808080')
        t.ok(reached >= needed, `${scheme}: ${text} on ${ground} reaches ${reached.toFixed(2)}`)
      }
    }
  }
})

void t.test('the brand is fitted to the very grounds that the stylesheet has', async t => {
  const { light, dark } = schemes(css)
  t.strictSame(grounds.light, [light.get('card'), light.get('paper')])
  t.strictSame(grounds.dark, [dark.get('card'), dark.get('paper')])
})

const colour = fc.integer({ min: 0, max: 0xffffff }).map(value => '#' + value.toString(16).padStart(6, '0'))

void t.test('any accent gives readable buttons and links, in the light and in the dark', async t => {
  fc.assert(fc.property(colour, accent => {
    for (const [scheme, colours] of Object.entries(schemes(brandStylesheet(accent)))) {
      const on = scheme === 'light' ? grounds.light : grounds.dark
      const get = (name: string) => colours.get(name) ?? ''
      if (contrast(get('accent-ink'), get('accent')) < 4.5) return false
      if (!on.every(ground => contrast(get('link'), ground) >= 4.5 && contrast(get('accent-edge'), ground) >= 3)) return false
      if (contrast(get('accent'), on[0]) < 1.35) return false
    }
    return true
  }), { numRuns: 500 })
  t.pass('500 accents')
})

void t.test('the vendor’s own colour is kept wherever it can be', async t => {
  const { light, dark } = schemes(brandStylesheet('#FFD43B'))
  t.equal(light.get('accent'), '#ffd43b')
  t.equal(dark.get('accent'), '#ffd43b')
  t.not(schemes(brandStylesheet('#101418')).dark.get('accent'), '#101418', 'a black button on a black card is no button')
})

void t.test('white ink is preferred, black is taken on a light ground', async t => {
  t.equal(inkOn('#3b5bdb'), '#ffffff')
  t.equal(inkOn('#ffd43b'), '#000000')
  t.equal(toneOn('#3b5bdb', ['#ffffff'], 4.5), '#3b5bdb', 'what is readable stays as it is')
})

void t.test('what is not a colour becomes the house blue and can never add a rule to the stylesheet', async t => {
  for (const accent of ['red', '#fff', '#3b5bdb}body{display:none', '', '#3b5bdbff', 'url(x)', '__proto__']) {
    t.equal(hexColour(accent), '#3b5bdb')
    t.equal(brandStylesheet(accent), brandStylesheet('#3b5bdb'))
    t.equal(buildMark(accent), buildMark('#3b5bdb'))
  }
})

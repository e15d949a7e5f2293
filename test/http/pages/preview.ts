// What do the pages look like? `node test/http/pages/preview.ts <folder>` writes every page with kind and unkind data, to be looked at.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { loadAssets } from '../../../src/http/pages/assets.ts'
import { everyPage, looks } from './every-page.ts'
import { operatorPages, unkind } from './operator-pages.ts'
import { setupPages } from './setup-pages.ts'

const folder = resolve(process.argv[2] ?? 'pages-preview')
for (const [lookName, brand] of Object.entries(looks)) {
  const assets = loadAssets(brand)
  const place = join(folder, lookName)
  mkdirSync(place, { recursive: true })
  for (const file of assets.files) writeFileSync(join(place, fileName(file.href)), file.body)
  const look = { brand, assets }
  const operators = [['operator', operatorPages(look)], ...Object.entries(unkind).map(([kind, typed]) => [`operator-${kind}`, operatorPages(look, typed)])] as const
  for (const [prefix, pages] of [['', everyPage(look)], ['', setupPages(look)], ...operators.map(([kind, pages]) => [`${kind}-`, pages] as const)] as const) {
    for (const [name, page] of Object.entries(pages)) {
      // Opened from a folder there is no host, so the pages' own files are linked beside them.
      writeFileSync(join(place, `${prefix}${name}.html`), page.replaceAll('"/auth/assets/', '"'))
    }
  }
}
process.stdout.write(`${folder}\n`)

function fileName (href: string): string {
  return href.slice(href.lastIndexOf('/') + 1)
}

// What do the pages look like? `node test/http/pages/preview.ts <folder>` writes every page with kind and unkind data, to be looked at.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { loadAssets } from '../../../src/http/pages/assets.ts'
import { everyPage, looks } from './every-page.ts'
import { setupPages } from './setup-pages.ts'

const folder = resolve(process.argv[2] ?? 'pages-preview')
for (const [lookName, brand] of Object.entries(looks)) {
  const assets = loadAssets(brand)
  const place = join(folder, lookName)
  mkdirSync(place, { recursive: true })
  for (const file of assets.files) writeFileSync(join(place, fileName(file.href)), file.body)
  for (const [name, page] of Object.entries({ ...everyPage({ brand, assets }), ...setupPages({ brand, assets }) })) {
    // Opened from a folder there is no host, so the pages' own files are linked beside them.
    writeFileSync(join(place, `${name}.html`), page.replaceAll('"/auth/assets/', '"'))
  }
}
process.stdout.write(`${folder}\n`)

function fileName (href: string): string {
  return href.slice(href.lastIndexOf('/') + 1)
}

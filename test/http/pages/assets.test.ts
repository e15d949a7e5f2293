import t from 'tap'
import { loadAssets } from '../../../src/http/pages/assets.ts'
import { looks, northwind } from './every-page.ts'

void t.test('the stylesheet is named after its content, the accent included, and may be cached for ever', async t => {
  const blue = loadAssets(northwind)
  const red = loadAssets({ ...northwind, accent: '#c2255c' })
  t.match(blue.stylesheet, /^\/auth\/assets\/gatehouse-[A-Za-z0-9]{10,16}\.css$/)
  t.equal(blue.stylesheet, loadAssets(northwind).stylesheet)
  t.not(blue.stylesheet, red.stylesheet)
  const file = red.files.find(file => file.href === red.stylesheet)
  t.match(String(file?.body), '--accent: #c2255c')
  t.match(file?.headers, { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'public, max-age=31536000, immutable', 'x-content-type-options': 'nosniff' })
})

void t.test('without a logo the built-in mark is the picture and the icon of the tab', async t => {
  const { icon, picture, files } = loadAssets(northwind)
  t.equal(icon, '/auth/assets/mark.svg')
  t.strictSame(picture, { href: icon, holdsName: false })
  t.match(String(files.find(file => file.href === icon)?.body), /^<svg [^>]+><rect [^>]+\/><path [^>]+\/><\/svg>\n$/)
})

void t.test('the vendor’s logo is served as it is, and as an SVG it can run nothing', async t => {
  const logo = { contentType: 'image/svg+xml', body: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>') } as const
  const { icon, picture, files } = loadAssets({ ...northwind, logo })
  t.match(picture.href, /^\/auth\/assets\/logo-[A-Za-z0-9]+\.svg$/)
  t.equal(icon, picture.href)
  const file = files.find(file => file.href === picture.href)
  t.equal(file?.body, logo.body)
  t.equal(file?.headers['content-security-policy'], "default-src 'none'; style-src 'unsafe-inline'; sandbox")
  t.match(loadAssets({ ...northwind, logo: { contentType: 'image/png', body: Buffer.of(137, 80) } }).picture.href, /\.png$/)
})

void t.test('every file has a quoted ETag, and files with other content have another one', async t => {
  const etags = Object.values(looks).flatMap(brand => loadAssets(brand).files.map(file => [file.etag, String(file.body)] as const))
  for (const [etag] of etags) t.match(etag, /^"[A-Za-z0-9]+"$/)
  t.equal(new Set(etags.map(([etag]) => etag)).size, new Set(etags.map(([, body]) => body)).size)
})

void t.test('the stylesheet loads nothing from anywhere', async t => {
  const assets = loadAssets(northwind)
  const css = String(assets.files.find(file => file.href === assets.stylesheet)?.body)
  t.notMatch(css, /url\(|@import|@font-face|https?:|expression/)
})

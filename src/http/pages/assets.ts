// Which files do the pages need besides themselves? The stylesheet, one script, the logo and the mark: read and hashed once, at start.
import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { brandStylesheet, buildMark } from './brand.ts'
import type { Brand } from './brand.ts'
import { links } from './links.ts'

/** One file to serve: `headers` are complete but for the status; `etag` is quoted and also among them. */
export interface Asset {
  readonly href: string
  readonly contentType: string
  readonly body: Uint8Array
  readonly etag: string
  readonly headers: Readonly<Record<string, string>>
}

/** What a page links to, and under `files` what a route has to serve. */
export interface Assets {
  readonly stylesheet: string
  /** For pages with values to copy. */
  readonly script: string
  /** The small picture of the browser's tab. */
  readonly icon: string
  /** The picture at the top of the page. With the vendor's own logo the name is in it. */
  readonly picture: { readonly href: string, readonly holdsName: boolean }
  readonly files: readonly Asset[]
}

const forever = 'public, max-age=31536000, immutable'

/** Reads the stylesheet and the script from disk and takes the logo from the brand; returns hrefs and files. Throws when they are not there. */
export function loadAssets (brand: Brand): Assets {
  const css = readFileSync(new URL('./gatehouse.css', import.meta.url), 'utf8') + brandStylesheet(brand.accent)
  const stylesheet = asset(hash => `gatehouse-${hash}.css`, 'text/css; charset=utf-8', Buffer.from(css), forever)
  const script = asset(hash => `copy-${hash}.js`, 'text/javascript; charset=utf-8', readFileSync(new URL('./copy.js', import.meta.url)), forever)
  const mark = asset(() => 'mark.svg', 'image/svg+xml', Buffer.from(buildMark(brand.accent)), 'public, max-age=3600')
  const logo = brand.logo
  if (logo === null) {
    return { stylesheet: stylesheet.href, script: script.href, icon: mark.href, picture: { href: mark.href, holdsName: false }, files: [stylesheet, script, mark] }
  }
  const extension = logo.contentType === 'image/png' ? 'png' : 'svg'
  const picture = asset(hash => `logo-${hash}.${extension}`, logo.contentType, logo.body, forever)
  return { stylesheet: stylesheet.href, script: script.href, icon: picture.href, picture: { href: picture.href, holdsName: true }, files: [stylesheet, script, mark, picture] }
}

function asset (name: (hash: string) => string, contentType: string, body: Uint8Array, cacheControl: string): Asset {
  const digest = hash('sha256', body, 'base64url').replace(/[-_]/g, '').slice(0, 16)
  const etag = `"${digest}"`
  return {
    href: links.assets + name(digest),
    contentType,
    body,
    etag,
    headers: {
      'content-type': contentType,
      'cache-control': cacheControl,
      etag,
      'x-content-type-options': 'nosniff',
      // An SVG opened by itself is a document of our origin: it may draw and style, nothing else.
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    }
  }
}

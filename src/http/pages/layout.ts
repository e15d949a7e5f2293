// What do all pages have in common? A document with the brand on top, one main thing, and a calm last line.
import type { Assets } from './assets.ts'
import type { Brand } from './brand.ts'
import { html } from './html.ts'
import type { Html } from './html.ts'

/** What every page is given besides its own data. */
export interface Look {
  readonly brand: Brand
  readonly assets: Assets
}

export interface Page extends Look {
  /** The browser's tab, without the brand: it is added. */
  readonly title: string
  readonly main: Html
  readonly footer?: Html | string | undefined
  /** For the few pages that need two columns. */
  readonly wide?: boolean | undefined
  /** For the pages with values to copy: the one script there is. They work without it. */
  readonly script?: boolean | undefined
}

/** Takes the parts of a page; returns the whole document. It holds no inline script or style and links only to this host. */
export function page ({ title, brand, assets, main, footer, wide, script }: Page): string {
  const named = title.includes(brand.name) ? title : `${title} · ${brand.name}`
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${named}</title>
<link rel="icon" href="${assets.icon}">
<link rel="stylesheet" href="${assets.stylesheet}">${script === true && html`
<script src="${assets.script}" defer></script>`}
</head>
<body>
<header class="brand">${picture(brand, assets)}</header>
<main${wide === true && html` class="wide"`}>
${main}
</main>
<footer>${footer !== undefined && html`<p>${footer}</p>`}${help(brand)}</footer>
</body>
</html>
`.toString()
}

function picture (brand: Brand, { picture }: Assets): Html {
  return picture.holdsName
    ? html`<img class="logo" src="${picture.href}" alt="${brand.name}">`
    : html`<img class="mark" src="${picture.href}" alt="" width="32" height="32"><span><bdi>${brand.name}</bdi></span>`
}

function help (brand: Brand): Html | false {
  if (brand.supportEmail === null) return false
  return html`<p>Need help? <a href="mailto:${encodeURI(brand.supportEmail.toWellFormed())}">${brand.supportEmail}</a></p>`
}

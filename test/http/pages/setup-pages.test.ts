// Do the pages of the setup hold what theirs must, besides what every page must?
import t from 'tap'
import { loadAssets } from '../../../src/http/pages/assets.ts'
import { looks, northwind } from './every-page.ts'
import { hostileSetupPages, setupPages } from './setup-pages.ts'
import { tags } from './tags.ts'
import type { Tag } from './tags.ts'

const pages = Object.entries(looks).flatMap(([look, brand]) => {
  const all = { brand, assets: loadAssets(brand) }
  return [...Object.entries(setupPages(all)), ...Object.entries(hostileSetupPages(all)).map(([name, page]) => [`hostile-${name}`, page] as const)]
    .map(([name, page]) => ({ name: `${look}/${name}`, page, tags: tags(page) }))
})
const all = (page: { readonly tags: readonly Tag[] }, ...names: readonly string[]) => page.tags.filter(tag => names.includes(tag.name))
const said = (tag: Tag, attribute: string) => tag.attributes.get(attribute) ?? ''

void t.test('every value to copy has its button', async t => {
  for (const page of pages) t.equal(all(page, 'div').filter(tag => said(tag, 'class') === 'copy').length, all(page, 'button').filter(tag => said(tag, 'type') === 'button').length, page.name)
})

void t.test('every form is a POST to us, every field has a label, every reference an end', async t => {
  for (const page of pages) {
    for (const form of all(page, 'form')) t.match(`${said(form, 'method')} ${said(form, 'action')}`, /^post \/auth\/setup\//, page.name)
    const labelled = all(page, 'label').map(tag => said(tag, 'for'))
    for (const input of all(page, 'input').filter(tag => said(tag, 'type') !== 'hidden')) t.ok(labelled.includes(said(input, 'id')), page.name)
    const ids = page.tags.flatMap(tag => tag.attributes.get('id') ?? [])
    t.equal(new Set(ids).size, ids.length, page.name)
    for (const reference of page.tags.flatMap(tag => tag.attributes.get('aria-describedby') ?? [])) t.ok(ids.includes(reference), page.name)
  }
})

void t.test('every form but that of the link itself proves that it is from our page', async t => {
  for (const page of pages.filter(({ name }) => !name.includes('open-link'))) {
    t.equal(page.page.split('name="form_token"').length, page.page.split('<form ').length, page.name)
  }
})

void t.test('every page has at most one strong button, and links of which none leaves for anything but the web', async t => {
  for (const page of pages) {
    t.ok(page.tags.filter(tag => said(tag, 'class') === 'button').length <= 1, page.name)
    for (const link of all(page, 'a')) t.match(said(link, 'href'), /^(?:https:\/\/|mailto:|\/(?!\/))/, page.name)
  }
})

void t.test('the step that is open is marked, and every step can be reached from every one', async t => {
  const look = { brand: northwind, assets: loadAssets(northwind) }
  for (const [name, page] of Object.entries(setupPages(look)).filter(([name]) => !/^open-link|domains-only/.test(name))) {
    t.equal(page.split('aria-current="step"').length - 1, name.startsWith('overview') ? 0 : 1, name)
    for (const step of ['okta', 'app', 'credentials', 'preflight', 'test', 'domains', 'done']) t.ok(page.includes(`href="/auth/setup/${step}"`), `${name} ${step}`)
  }
})

void t.test('a secret that was typed is never on a page again', async t => {
  for (const page of pages) for (const input of all(page, 'input').filter(tag => said(tag, 'type') === 'password')) t.notOk(input.attributes.has('value'), page.name)
})

import t from 'tap'
import { loadAssets } from '../../../src/http/pages/assets.ts'
import type { Look } from '../../../src/http/pages/layout.ts'
import { everyPage, hostileBrand, looks, northwind } from './every-page.ts'
import { operatorPages, unkind } from './operator-pages.ts'
import { hostileSetupPages, setupPages } from './setup-pages.ts'
import { tags } from './tags.ts'
import type { Tag } from './tags.ts'

// Those for visitors, for a customer's admin and for the vendor's people.
const kinds: Readonly<Record<string, (look: Look) => Readonly<Record<string, string>>>> = {
  visitor: everyPage,
  setup: setupPages,
  'setup-hostile': hostileSetupPages,
  operator: operatorPages,
  ...Object.fromEntries(Object.entries(unkind).map(([kind, typed]) => [`operator-${kind}`, (look: Look) => operatorPages(look, typed)]))
}
const pages = Object.entries(looks).flatMap(([look, brand]) => Object.entries(kinds).flatMap(([kind, draw]) =>
  Object.entries(draw({ brand, assets: loadAssets(brand) })).map(([name, page]) => ({ name: `${look}/${kind}/${name}`, page, brand, tags: tags(page) }))))

function all (page: { readonly tags: readonly Tag[] }, name: string): readonly Tag[] {
  return page.tags.filter(tag => tag.name === name)
}

function named (tag: Tag, attribute: string): string {
  return tag.attributes.get(attribute) ?? ''
}

void t.test('every page has a language, a title, one heading, and the landmarks in their order', async t => {
  for (const page of pages) {
    t.match(page.page, /^<!doctype html>\n<html lang="en">/, page.name)
    t.match(page.page, /<title>[^<]{5,}<\/title>/, page.name)
    t.equal(all(page, 'h1').length, 1, page.name)
    t.strictSame(page.tags.map(tag => tag.name).filter(name => ['header', 'main', 'footer'].includes(name)), ['header', 'main', 'footer'], page.name)
    t.ok(all(page, 'meta').some(tag => named(tag, 'name') === 'color-scheme' && named(tag, 'content') === 'light dark'), page.name)
    t.ok(all(page, 'meta').some(tag => named(tag, 'name') === 'viewport' && named(tag, 'content') === 'width=device-width, initial-scale=1'), page.name)
  }
})

void t.test('every title names the vendor', async t => {
  for (const { name, page } of pages.filter(page => page.brand === northwind)) t.match(page, /<title>[^<]*Northwind[^<]*<\/title>/, name)
})

void t.test('no page needs a script or holds another than ours, an inline style, a frame or an event handler', async t => {
  const known = new Set(['html', 'head', 'meta', 'title', 'link', 'script', 'body', 'header', 'main', 'footer', 'section', 'div', 'nav', 'h1', 'h2', 'h3', 'p', 'ol', 'ul', 'li', 'dl', 'dt', 'dd',
    'b', 'bdi', 'small', 'span', 'code', 'pre', 'time', 'details', 'summary', 'a', 'img', 'form', 'label', 'input', 'button'])
  for (const page of pages) {
    t.strictSame(page.tags.filter(tag => !known.has(tag.name)), [], page.name)
    t.strictSame(page.tags.flatMap(tag => [...tag.attributes.keys()]).filter(name => name === 'style' || name.startsWith('on')), [], page.name)
    const scripts = all(page, 'script')
    t.ok(scripts.length <= (page.name.includes('/visitor/') ? 0 : 1), page.name)
    for (const script of scripts) t.match(named(script, 'src'), /^\/auth\/assets\/copy-[A-Za-z0-9]+\.js$/, page.name)
    // A button that only the script can answer is not shown without it.
    for (const button of all(page, 'button').filter(tag => named(tag, 'type') !== 'submit')) t.ok(button.attributes.has('hidden') && named(button, 'aria-label').startsWith('Copy: '), page.name)
  }
})

void t.test('every page loads its stylesheet and pictures from this host only', async t => {
  for (const page of pages) {
    for (const tag of all(page, 'link')) t.match(named(tag, 'href'), /^\/auth\/assets\/[A-Za-z0-9.-]+$/, page.name)
    for (const tag of all(page, 'img')) t.match(named(tag, 'src'), /^\/auth\/assets\/[A-Za-z0-9.-]+$/, page.name)
  }
})

void t.test('every link and form leads to http, https, mail or a path, whatever it was given', async t => {
  for (const page of pages) {
    for (const tag of all(page, 'a')) t.match(named(tag, 'href'), /^(?:https?:\/\/|mailto:|\/(?!\/))/, page.name)
    for (const tag of all(page, 'form')) t.match(named(tag, 'action'), /^(?:https:\/\/|\/auth\/)/, page.name)
  }
})

void t.test('every field that a person fills in has a label, and every picture an alternative', async t => {
  for (const page of pages) {
    const labelled = all(page, 'label').map(tag => named(tag, 'for'))
    for (const tag of all(page, 'input').filter(tag => named(tag, 'type') !== 'hidden')) t.ok(labelled.includes(named(tag, 'id')), page.name)
    for (const tag of all(page, 'img')) t.ok(tag.attributes.has('alt'), page.name)
    const ids = page.tags.flatMap(tag => tag.attributes.get('id') ?? [])
    t.equal(new Set(ids).size, ids.length, page.name)
    for (const reference of page.tags.flatMap(tag => ['aria-describedby', 'aria-labelledby'].flatMap(name => tag.attributes.get(name) ?? []))) {
      t.ok(ids.includes(reference), page.name)
    }
  }
})

void t.test('every page has at most one strong button: the person’s next step', async t => {
  for (const page of pages) t.ok(page.tags.filter(tag => named(tag, 'class') === 'button').length <= 1, page.name)
})

void t.test('every form is a POST, so nothing typed ends up in an address; a filter of a list is none, and holds no secret', async t => {
  for (const page of pages) {
    for (const form of all(page, 'form')) t.equal(named(form, 'method'), named(form, 'role') === 'search' ? 'get' : 'post', page.name)
    const opened = page.tags.findIndex(tag => tag.name === 'form' && named(tag, 'role') === 'search')
    if (opened === -1) continue
    const closed = page.tags.findIndex((tag, place) => place > opened && (tag.name === 'form' || tag.name === 'section'))
    const fields = page.tags.slice(opened, closed).filter(tag => tag.name === 'input')
    t.ok(fields.length > 0 && fields.every(field => named(field, 'type') === 'text'), page.name)
  }
})

void t.test('a hostile name changes no element and no attribute of a page', async t => {
  const shape = (page: string) => tags(page).map(tag => `${tag.name} ${[...tag.attributes.keys()].join(' ')}`)
  const kindBrand = { ...northwind, supportEmail: 'support@northwind.test' }
  const kind = everyPage({ brand: kindBrand, assets: loadAssets(kindBrand) })
  const hostile = everyPage({ brand: hostileBrand, assets: loadAssets(hostileBrand) })
  for (const [name, page] of Object.entries(kind)) t.strictSame(shape(hostile[name] ?? ''), shape(page), name)
  t.strictSame(shape(kind['signed-in-hostile'] ?? ''), shape(kind['signed-in'] ?? ''))
  t.match(kind['signed-in-hostile'], '&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;', 'the name is there, as text')
})

void t.test('whatever others have typed, the pages of the operator keep their elements and attributes', async t => {
  const shape = (page: string) => tags(page).map(tag => `${tag.name} ${[...tag.attributes.keys()].join(' ')}`)
  const look = { brand: northwind, assets: loadAssets(northwind) }
  const kind = operatorPages(look)
  for (const [how, typed] of Object.entries(unkind)) {
    for (const [name, page] of Object.entries(operatorPages(look, typed))) t.strictSame(shape(page), shape(kind[name] ?? ''), `${how}/${name}`)
  }
})

// Do the pages of the operator hold what theirs must, besides what every page must?
import t from 'tap'
import { loadAssets } from '../../../src/http/pages/assets.ts'
import { northwind } from './every-page.ts'
import { kind, operatorPages, unkind } from './operator-pages.ts'
import { tags, words } from './tags.ts'

const look = { brand: northwind, assets: loadAssets(northwind) }
const pages = Object.entries({ kind, ...unkind }).flatMap(([how, typed]) => Object.entries(operatorPages(look, typed)).map(([name, page]) => ({ name: `${how}/${name}`, page, tags: tags(page) })))
const signedIn = pages.filter(({ name }) => !name.includes('/sign-in'))
const of = (name: string) => operatorPages(look)[name] ?? ''

void t.test('every form but the one for the key proves that it is from our page, and none that only asks does', async t => {
  for (const { name, page, tags } of signedIn) t.equal(page.split('name="form_token"').length - 1, tags.filter(tag => tag.attributes.get('method') === 'post').length, name)
})

void t.test('a key is typed into a field that shows nothing, and is never on a page again', async t => {
  for (const { name, tags } of pages) for (const field of tags.filter(tag => tag.attributes.get('type') === 'password')) t.notOk(field.attributes.has('value'), name)
})

void t.test('every page says where one is, whose key it is and what that may do, and has the way out', async t => {
  for (const { name, page } of signedIn) {
    t.equal(page.split(' aria-current="page"').length, 2, name)
    t.match(page, '<form method="post" action="/auth/operator/sign-out">', name)
  }
  t.match(words(of('overview-calm')), 'Signed in with the key Ada Lovelace: everything. What you change is written down.')
  t.match(words(of('tenant-new')), 'looking and helping')
  t.match(words(of('members')), 'everything')
  t.match(words(of('tenant-full')), 'looking only')
})

void t.test('what a key may not do has no form and no link on the page', async t => {
  const actions = (name: string) => tags(of(name)).flatMap(tag => tag.name === 'form' || tag.name === 'a' ? [tag.attributes.get('action') ?? tag.attributes.get('href') ?? ''] : [])
  const deeds = /\/(?:invite|end-sessions|suspend|restore|setup-links|preflight|verify|pilot|go-live|schedule|unschedule|rollback|retire)$/
  t.strictSame(actions('member-read-only').filter(action => deeds.test(action)), [])
  t.strictSame(actions('links-read-only').filter(action => deeds.test(action)), [])
  t.strictSame(actions('roll-out-support').filter(action => deeds.test(action)), ['/auth/operator/tenants/acme/connections/con-7f3k9q2m4x8w6t5p2n3v/preflight'])
})

void t.test('nothing that there is none of is left out: an empty list says so', async t => {
  for (const [name, ...sentences] of [
    ['overview-calm', 'None: whoever came got in.', 'Nothing to tell.', 'None: no check has found anything wrong'],
    ['tenants-none', 'There is none yet. They are made through the API.'],
    ['tenant-new', 'None is on record.', 'There is none yet. A setup link lets their Okta admin make one.', 'None, so nobody is sent to their Okta', 'None yet.'],
    ['members-none', 'There is none.'], ['attempts-none', 'There is none on record.'], ['member-invited', 'Nowhere.', 'None is on record.'],
    ['links-none', 'None was made.'], ['events-none', 'Nothing is written down that fits.'], ['found-attempts-only', 'No customer has a member with this address.']
  ] as const) for (const sentence of sentences) t.match(words(of(name)), sentence, name)
})

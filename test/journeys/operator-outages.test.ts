// What does an operator have in hands whose form was taken when the database fell silent? A page that says so, and the way to a fresh form.
import t, { type Test } from 'tap'
import { openHouse } from '../http/house.ts'
import { formNumberOn, operatorPath, operatorWith, post } from './at-operator-pages.ts'
import { copied } from './setting-up.ts'

const house = await openHouse(t)
const member = `${operatorPath}/tenants/acme/members/${house.acme.members.get('ada@acme.test')}`
const setupLinks = `${operatorPath}/tenants/acme/setup-links`

// As a statement that is cancelled looks, in the middle of a deed: whose form it is has been asked and answered.
await house.sql("create function fall_silent () returns trigger language plpgsql as $$ begin raise exception 'too long' using errcode = 'query_canceled'; end $$")
async function without (table: string, work: () => Promise<void>): Promise<void> {
  await house.sql(`create trigger silent before insert or update on ${table} for each row execute function fall_silent()`)
  await work().finally(async () => await house.sql(`drop trigger silent on ${table}`))
}

const forms = [
  { what: 'an invitation', page: member, path: `${member}/invite`, table: 'invitations' },
  { what: 'an invitation that could not be written down', page: member, path: `${member}/invite`, table: 'events' },
  { what: 'a setup link', page: setupLinks, path: setupLinks, table: 'setup_links' },
  { what: 'a setup link that could not be written down', page: setupLinks, path: setupLinks, table: 'events' }
]

for (const { what, page, path, table } of forms) {
  void t.test(`Whoever wants ${what} in an outage reads that it may not be done, and is led to a form that can be sent`, async t => {
    const { browser } = await operatorWith(house, 'support')
    await browser.visit(`${house.url}${page}`)
    const sent = formNumberOn(browser)
    const links = await house.count('setup_links')
    await without(table, async () => {
      await browser.submit(path)
      saysSo(t, browser.page())
    })
    t.equal(await house.count('setup_links'), links, 'no link that nobody has seen')
    await browser.click('Open the page again')
    t.equal(browser.page().url, `${house.url}${page}`)
    t.not(formNumberOn(browser), sent)

    const again = await post(browser, path, { form_number: sent })
    t.equal(again.status, 409, 'a reload of the answer sends the old form')
    t.notMatch(again.text, /This was done already/)
    t.match(again.text, /This form was sent before.* nothing is done again\. .* make another with the form below/)
    t.strictSame(copied(again), [])

    await browser.visit(`${house.url}${page}`)
    t.equal(copied(await browser.submit(path)).length, 1, 'the fresh one works')
  })
}

void t.test('A form that the outage kept from being taken is sent once more as it is', async t => {
  const { browser } = await operatorWith(house, 'support')
  await browser.visit(`${house.url}${setupLinks}`)
  const [sent, token] = [formNumberOn(browser), /name="form_token" value="([^"]*)"/.exec(browser.page().body)?.[1] ?? '']
  await without('operator_sessions', async () => {
    await browser.submit(setupLinks)
    saysSo(t, browser.page())
  })
  t.equal(copied(await post(browser, setupLinks, { form_token: token, form_number: sent })).length, 1)
})

void t.test('A deed that may be done twice says that it can be sent again, and a page that is read that it can be read again', async t => {
  const { browser } = await operatorWith(house, 'admin')
  await browser.visit(`${house.url}${member}`)
  await without('members', async () => {
    const page = await browser.submit(`${member}/suspend`)
    t.equal(page.status, 503)
    t.match(page.text, /Our own database does not answer/)
    t.match(page.text, /Reload this page/)
    t.notMatch(page.text, /sign you in|Your account/)
  })
})

void t.test('An outage in the middle is an error in the log, under the reference on the page', async t => {
  const { browser } = await operatorWith(house, 'support')
  await browser.visit(`${house.url}${setupLinks}`)
  await without('setup_links', async () => { await browser.submit(setupLinks) })
  const line = house.log.find(one => one.includes('"outage"') && one.includes('query_canceled') === false && browser.page().text.includes((JSON.parse(one) as { reference: string }).reference))
  t.match(line, /"database-unavailable"/)
})

function saysSo (t: Test, { status, text }: { status: number, text: string }): void {
  t.equal(status, 503)
  t.match(text, /It is not known whether that was done/)
  t.match(text, /Our own database did not answer/)
  t.notMatch(text, /sign you in|Your account|done already|Nothing was changed|too long/)
}

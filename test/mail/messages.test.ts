// What do people read in the gateway's mails, and can a name that somebody typed become more than a name?
import t from 'tap'
import { openMailroom } from '../../src/mail/mailroom.ts'
import { buildInvitation, buildSetupLink, type Message } from '../../src/mail/messages.ts'
import { buildLive, buildLiveChange, buildSecretExpiry } from '../../src/mail/notice-messages.ts'

const sender = { vendor: 'Northwind', supportEmail: 'help@northwind.test' }
const letter = { ...sender, to: 'ada@acme.test', company: 'Acme Corp', url: 'https://login.northwind.test/auth/invitation/token?a=1&b=2', expiresAt: new Date('2026-11-28T09:00:00.000Z') }
const changed = { byLink: false, host: 'acme.okta.com', at: new Date('2026-11-21T09:00:00.000Z') } as const
const every: Readonly<Record<string, Message>> = {
  invitation: buildInvitation(letter),
  setup: buildSetupLink({ ...letter, part: 'all' }),
  domains: buildSetupLink({ ...letter, part: 'domains' }),
  live: buildLive(letter),
  'secret expires': buildSecretExpiry({ ...letter, days: 7, adminConsole: null }),
  ...Object.fromEntries((['edited', 'settings-wait', 'promoted', 'rolled-back', 'retired', 'link-opened'] as const).map(change => [change, buildLiveChange({ ...letter, ...changed, change })]))
}

for (const [name, { to, subject, text, html }] of Object.entries(every)) {
  void t.test(`${name}: who, what, one link on a line of its own, and the same in both forms`, async t => {
    t.equal(to, 'ada@acme.test')
    t.ok(subject.length < 90 && subject.includes('Northwind'), subject)
    t.match(text, /\nhttps:\/\/login\.northwind\.test\/auth\/invitation\/token\?a=1&b=2\n/)
    t.match(html, /href="https:\/\/login\.northwind\.test\/auth\/invitation\/token\?a=1&amp;b=2"/)
    t.equal(html.match(/<a /g)?.length, 1)
    t.match(text, /help@northwind\.test/)
    t.match(text, /Acme Corp/)
    t.notMatch(html, /<img|<script|<link|url\(/)
    for (const line of text.split('\n').filter(line => line !== '' && !line.startsWith('http') && line !== '-- ')) t.ok(html.includes(line.replaceAll("'", '&#39;').replace(/:$/, '')), line)
    t.notMatch(text, /undefined|null|NaN|\n{3}/)
  })
}

void t.test('an invitation says for whom, until when, and that the address at Okta may differ', async t => {
  const { text } = every['invitation'] ?? { text: '' }
  for (const words of [/ada@acme\.test/, /until 28 Nov 2026, 09:00 UTC/, /Your address at Okta may be another one/, /no new password/]) t.match(text, words)
})

void t.test('how long a secret is still good is said in words', async t => {
  for (const [days, words] of [[30, 'in 30 days'], [1, 'tomorrow'], [0, 'today'], [-1, 'today']] as const) t.match(buildSecretExpiry({ ...letter, days, adminConsole: null }).subject, new RegExp(`${words}$`))
})

void t.test('where the Admin Console is known, the mail about the secret leads there', async t => {
  t.match(buildSecretExpiry({ ...letter, days: 7, adminConsole: 'acme-admin.okta.com' }).text, /Open the Okta Admin Console:\nhttps:\/\/acme-admin\.okta\.com\/\n/)
  t.match(every['secret expires']?.text ?? '', /Do not mail the secret/)
})

void t.test('a change of what everybody signs in through is told with when, and by whom', async t => {
  t.match(every['promoted']?.text ?? '', /sign in at acme\.okta\.com now[^]*21 Nov 2026, 09:00 UTC by Northwind/)
  t.match(buildLiveChange({ ...letter, ...changed, change: 'edited', byLink: true }).text, /by somebody with a setup link for your company/)
  t.match(every['settings-wait']?.text ?? '', /Nothing has changed for your people yet/)
  for (const { text } of [every['promoted'], every['link-opened']].filter(message => message !== undefined)) t.notMatch(text, /do nothing/, 'who did not expect this one has something to do')
})

void t.test('a name is text and never markup, and turns no sentence around', async t => {
  const company = '<script>alert(1)</script>"><img src=x onerror=alert(2)>\u202eevil\u0007'
  for (const { html, text } of [buildInvitation({ ...letter, company, to: 'a"<b>@acme.test', vendor: company, supportEmail: company }), buildLive({ ...letter, company })]) {
    t.notMatch(html, /<script|<img/)
    t.match(html, /&lt;script&gt;/)
    for (const character of ['\u202e', '\u0007']) t.notOk(html.includes(character) || text.includes(character))
  }
})

void t.test('where no mail server is set nothing is mailed, and that is said', async t => {
  const mailroom = openMailroom({ mail: null, brand: { name: 'Northwind', supportEmail: null }, onTrouble: () => { t.fail('there is no trouble') } })
  t.equal(await mailroom.sendInvitation(letter), false)
  t.equal(await mailroom.sendSetupLink({ ...letter, part: 'all' }), false)
  t.equal(mailroom.delivers, false)
  t.equal(await mailroom.sendLive(letter), false)
  t.equal(await mailroom.sendLiveChange({ ...letter, ...changed, change: 'promoted' }), false)
  t.equal(await mailroom.sendSecretExpiry({ ...letter, days: 1, adminConsole: null }), false)
  mailroom.close()
})

// Does everybody whose sign-in failed read what happened, and who can do what about it?
import t from 'tap'
import { explain, isExplained } from '../../src/http/explanations.ts'
import { type ProblemCode, problems } from '../../src/http/problems.ts'
import { diagnosisCodes } from '../../src/okta/diagnosis.ts'

const context = { vendorName: 'Northwind', issuer: 'https://acme.okta.com' }
const codes = Object.keys(problems) as readonly ProblemCode[]
const explained = codes.filter(isExplained)
const sentences = (text: string) => text.split(/[.!?](?:\s|$)/).filter(part => part.trim() !== '').length

void t.test('Every way in which a sign-in can fail has words of its own', async t => {
  const about = /^(issuer|discovery|callback|attempt|token|id-token|userinfo|initiation|provider|pilot|sso|identity|email|member)-|^connection-(unknown|not-live|retired)$/
  t.strictSame(codes.filter(code => about.test(code) && !isExplained(code)), [])
  t.strictSame(diagnosisCodes.filter(code => !isExplained(code)), [])
  t.notOk(isExplained('constructor') || isExplained('__proto__') || isExplained('role-missing'))
})

void t.test('Every explanation is a headline, at most two sentences, and somebody who can act', async t => {
  t.ok(explained.length > 70)
  for (const code of explained) {
    const { headline, sentence, actions, retry } = explain(code, context)
    t.ok(headline.length >= 8 && headline.length <= 80 && !/[.!]$/.test(headline), `${code}: ${headline}`)
    t.ok(sentences(sentence) >= 1 && sentences(sentence) <= 2, `${code}: ${sentence}`)
    t.match(sentence, /[.!?]$/, code)
    t.ok(actions.length >= 1, code)
    for (const { who, text } of actions) {
      t.ok(['you', 'it-admin', 'vendor'].includes(who), code)
      t.ok(text.length > 10 && text.length < 500, `${code}: ${text}`)
    }
    t.type(retry, 'boolean', code)
  }
})

void t.test('An explanation speaks of the vendor by name, and of no Okta but the one that was used', async t => {
  for (const code of explained) {
    const text = JSON.stringify(explain(code, context))
    for (const host of text.match(/[\w-]+\.okta(?:preview|-emea)?\.com/g) ?? []) t.ok(['acme.okta.com', 'status.okta.com', 'acme-admin.okta.com', 'developer.okta.com', 'help.okta.com'].includes(host), `${code} names ${host}`)
    t.notMatch(text, /undefined|null|NaN|\[object|globex/i, code)
    t.notMatch(JSON.stringify(explain(code, { ...context, issuer: null })), /undefined|null|acme/, `${code} without a connection`)
  }
  t.match(JSON.stringify(explain('member-unknown', context)), /Northwind/)
})

void t.test('A code that nobody has words for is told as what support has to look at', async t => {
  for (const code of ['not-a-code', '__proto__', 'constructor', 'toString', '']) t.match(explain(code, context), { headline: /could not trust/, actions: [{ who: 'you' }] }, code)
})

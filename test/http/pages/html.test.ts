import t from 'tap'
import fc from 'fast-check'
import { Html, html, raw } from '../../../src/http/pages/html.ts'

const corpus: readonly (readonly [string, string])[] = [
  ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
  ['"><img src=x onerror=alert(1)>', '&quot;&gt;&lt;img src=x onerror=alert(1)&gt;'],
  ["' onmouseover='alert(1)", '&#39; onmouseover=&#39;alert(1)'],
  ['` onload=`', '&#96; onload=&#96;'],
  ['&lt;b&gt;', '&amp;lt;b&amp;gt;'],
  ['</title><svg/onload=alert(1)>', '&lt;/title&gt;&lt;svg/onload=alert(1)&gt;'],
  ['<!-- -->', '&lt;!-- --&gt;'],
  ['a\u0000b\u0008c\u001bd\u007fe\u0085f', 'abcdef'],
  ['two\nlines\tand a tab', 'two\nlines\tand a tab'],
  ['evil\u202etxt.exe\u2066\u2069', 'eviltxt.exe'],
  ['\ud800lone', '\ufffdlone'],
  ['آدا لوفلايس 株式会社 \u200fعلامة', 'آدا لوفلايس 株式会社 \u200fعلامة'],
  ['', '']
]

void t.test('whatever people type is text on the page, never markup', async t => {
  for (const [typed, shown] of corpus) {
    t.equal(html`<p>${typed}</p>`.toString(), `<p>${shown}</p>`, JSON.stringify(typed))
    t.equal(html`<p title="${typed}">`.toString(), `<p title="${shown}">`, JSON.stringify(typed))
  }
})

void t.test('no text at all can leave its element or its attribute', async t => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), text => {
    const inside = html`${text}`.toString()
    return !/[<>"'`]/.test(inside) && !/&(?!(?:amp|lt|gt|quot|#39|#96);)/.test(inside)
  }))
  t.pass('1000 strings stayed inside')
})

void t.test('markup of our own is not escaped twice, arrays are joined, and what is not there leaves no trace', async t => {
  t.equal(html`<ul>${['<a>', '<b>'].map(name => html`<li>${name}</li>`)}</ul>`.toString(), '<ul><li>&lt;a&gt;</li><li>&lt;b&gt;</li></ul>')
  t.equal(html`${null}${undefined}${false}${[]}${0}${1.5}${raw`<br>`}`.toString(), '01.5<br>')
  t.equal(html`${['<', ['>', null]]}`.toString(), '&lt;&gt;')
})

void t.test('a look-alike of Html is refused, whatever its prototype says', async t => {
  const lookAlike: Html = Object.create(Html.prototype)
  t.throws(() => html`${lookAlike}`, TypeError)
})

void t.test('a value in an unquoted attribute is refused, since no escaping would hold it', async t => {
  t.throws(() => html`<p title=${'x onclick'}>`, { message: 'a value stands in an unquoted attribute' })
})

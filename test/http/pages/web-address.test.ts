import t from 'tap'
import { webAddress } from '../../../src/http/pages/web-address.ts'

void t.test('a link leads to http, https or a path of this host', async t => {
  for (const address of ['/', '/auth/login?return_to=%2F', 'https://orders.northwind.test/a?b=1#c', 'http://localhost:4000/', 'HTTPS://a.test/']) {
    t.equal(webAddress(address), address)
  }
})

void t.test('a link never leads to a script, a scheme of somebody else or a host dressed up as a path', async t => {
  for (const address of [
    'javascript:alert(1)', ' javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'data:text/html,x', 'vbscript:x', 'file:///etc/passwd', 'blob:https://a.test/1',
    '//evil.test', '/\\evil.test', '\\\\evil.test', '/\t/evil.test', '/\n/evil.test', 'https://', 'https://a b/', 'evil.test', '', '#', null, undefined
  ]) t.equal(webAddress(address), null, JSON.stringify(address))
})

import t from 'tap'
import { pagePolicy } from '../../../src/http/pages/policy.ts'

void t.test('a page loads nothing but our stylesheet and pictures, cannot be framed, and its forms stay here', async t => {
  t.equal(pagePolicy(), "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
})

void t.test('a form that ends at a customer’s Okta may lead to https', async t => {
  t.match(pagePolicy(['https:', 'http://127.0.0.1:4010']), "form-action 'self' https: http://127.0.0.1:4010;")
})

void t.test('a page with values to copy loads scripts of this host, and nothing else is wider for it', async t => {
  t.equal(pagePolicy([], { script: true }), "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
})

void t.test('nothing can be smuggled into the policy', async t => {
  for (const target of ['*', 'http:', "'unsafe-inline'", 'https://a.test/', 'https://a.test; script-src *', 'https://a.test\nx', 'javascript:', 'data:', '', 'https://a.test/path', 'https://u@a.test']) {
    t.throws(() => pagePolicy([target]), { message: 'a form target is a scheme or an origin' }, target)
  }
})

// Is a body of JSON read as what was sent, and nothing inherited?
import t from 'tap'
import { parseJsonObject } from '../../src/oidc/json-object.ts'

void t.test('an object inherits nothing, and has no __proto__ however it is spelled', async t => {
  const object = parseJsonObject('{"__proto__":{"a":1},"\\u005f_proto__":{"a":1},"b":2}')
  t.equal(Object.getPrototypeOf(object), null)
  t.same(Object.keys(object ?? {}), ['b'])
  t.equal(object?.a, undefined)
  t.equal(object?.constructor, undefined)
})

for (const text of ['', 'null', 'true', '1', '"x"', '[]', '[{}]', '{', '{}{}', '\ufeff{}', "{'a':1}"]) {
  void t.test(`${JSON.stringify(text)} is no object`, async t => { t.equal(parseJsonObject(text), null) })
}

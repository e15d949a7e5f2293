import t from 'tap'
import { drawReferences } from '../../src/http/request-references.ts'
import { isReference } from '../../src/tenant/reference.ts'
import { createRandom } from '../world/randomness.ts'

void t.test('requests are known by references that do not come again, drawn many at once', async t => {
  const random = createRandom('references')
  let asked = 0
  const draw = drawReferences(bytes => {
    asked++
    return random(bytes)
  })
  const drawn = Array.from({ length: 1_000 }, draw)
  t.ok(drawn.every(isReference))
  t.equal(new Set(drawn).size, drawn.length)
  t.equal(asked, 2)
})

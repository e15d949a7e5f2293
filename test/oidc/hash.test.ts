// Is a secret kept as its hash, and compared as a whole?
import t from 'tap'
import { hashOf, sameText } from '../../src/oidc/hash.ts'

void t.test('a hash is SHA-256 in base64url, of the UTF-8 of the text', async t => {
  t.equal(hashOf('abc'), 'ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0')
  t.equal(hashOf('é'), 'SplVfkAzw1Od4utlRyAXytX5VX96BiWgnxw_biumnEw')
})

void t.test('two texts are the same only when every character is', async t => {
  t.ok(sameText('abc', 'abc'))
  for (const other of ['', 'ab', 'abd', 'abcd', 'ABC']) t.notOk(sameText('abc', other), other)
})

// Tests of src/idp/public-address.ts: which addresses a customer's host may have.
import type { LookupAddress } from 'node:dns'
import t from 'tap'
import { BlockedAddress, isPublicAddress, vetLookup } from '../../src/idp/public-address.ts'

const refused = [
  '0.0.0.0', '0.1.2.3', '10.0.0.1', '100.64.0.1', '100.127.255.254', '127.0.0.1', '127.255.255.254', '169.254.169.254', '172.16.0.1',
  '172.31.255.255', '192.0.0.1', '192.0.0.170', '192.0.2.1', '192.168.1.1', '192.88.99.1', '198.18.0.1', '198.19.255.255',
  '198.51.100.7', '203.0.113.9', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255',
  '::', '::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '::ffff:7f00:1', '::127.0.0.1', '::ffff:0:127.0.0.1', '64:ff9b::7f00:1', '64:ff9b::8.8.8.8',
  '64:ff9b:1::1', '100::1', '2001::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2', '2001:db8::1', '2002:7f00:1::', '2002:808:808::1',
  'fc00::1', 'fd00:ec2::254', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1', '3fff::1', '4000::1', '5f00::1',
  '', 'localhost', '0177.0.0.1', '0x7f.1', '2130706433', '127.1', '[::1]', '8.8.8.8/24', ' 8.8.8.8'
]
const accepted = ['8.8.8.8', '1.1.1.1', '52.1.2.3', '172.32.0.1', '100.128.0.1', '192.0.1.1', '2606:4700:4700::1111', '2a00:1450:4001:80b::200e']

void t.test('DISC-11 every special range of both families, and every form that wraps an IPv4 address, is refused', async t => {
  for (const address of refused) t.equal(isPublicAddress(address), false, address)
})

void t.test('DISC-11 public addresses are accepted', async t => {
  for (const address of accepted) t.equal(isPublicAddress(address), true, address)
})

function lookUp (answers: LookupAddress[][] | NodeJS.ErrnoException, all = true): () => Promise<unknown> {
  const queue = Array.isArray(answers) ? [...answers] : []
  const vetted = vetLookup((_hostname, _options, callback) => Array.isArray(answers) ? callback(null, queue.shift() ?? []) : callback(answers, []))
  return () => new Promise((resolve, reject) => vetted('login.acme.test', { all }, (error, found, family) => error === null ? resolve(all ? found : [found, family]) : reject(error)))
}

void t.test('DISC-10 a name that is public when first asked and private later gets no connection later', async t => {
  const ask = lookUp([[{ address: '8.8.8.8', family: 4 }], [{ address: '127.0.0.1', family: 4 }]])
  t.strictSame(await ask(), [{ address: '8.8.8.8', family: 4 }])
  await t.rejects(ask(), BlockedAddress)
})

void t.test('DISC-10 one private address among public ones refuses the name', async t => {
  for (const address of ['10.0.0.5', '::1', '::ffff:169.254.169.254']) {
    await t.rejects(lookUp([[{ address: '8.8.8.8', family: 4 }, { address, family: 6 }, { address: '1.1.1.1', family: 4 }]])(), BlockedAddress, address)
  }
})

void t.test('DISC-10 no address at all is refused, and a failing lookup fails as it is', async t => {
  await t.rejects(lookUp([[]])(), BlockedAddress)
  await t.rejects(lookUp(Object.assign(new Error('gone'), { code: 'ENOTFOUND' }))(), { code: 'ENOTFOUND' })
})

void t.test('a socket that wants a single address gets the first vetted one', async t => {
  t.strictSame(await lookUp([[{ address: '2606:4700::1', family: 6 }, { address: '8.8.8.8', family: 4 }]], false)(), ['2606:4700::1', 6])
})

void t.test('a blocked address is never named in the error, so that a customer cannot read our DNS', async t => {
  const error = await lookUp([[{ address: '10.1.2.3', family: 4 }]])().catch((error: unknown) => error)
  t.ok(error instanceof BlockedAddress)
  t.notMatch(JSON.stringify({ ...(error instanceof Error ? { message: error.message, stack: error.stack } : {}) }), /10\.1\.2\.3/)
})

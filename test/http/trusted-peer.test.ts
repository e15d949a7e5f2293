// Who may say where a visitor comes from?
import t from 'tap'
import { trustPeers } from '../../src/http/trusted-peer.ts'

void t.test('A peer in one of the ranges is trusted, in whichever notation its address comes, and nobody else', async t => {
  const isTrusted = trustPeers(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32', '::1', '::ffff:198.51.100.7'])
  for (const address of ['10.0.0.1', '10.255.255.255', '::ffff:10.1.2.3', '192.0.2.7', '::ffff:192.0.2.7', '2001:db8::1', '2001:0DB8:0:0::1', '::1', '198.51.100.7']) t.ok(isTrusted(address), address)
  for (const address of ['11.0.0.1', '192.0.2.8', '::ffff:11.0.0.1', '2001:db9::1', '::2', '127.0.0.1', '198.51.100.8', '', 'localhost', 'unknown', '10.0.0.1, 10.0.0.2']) t.notOk(isTrusted(address), address)
})

void t.test('Where no proxy is named, nobody is trusted', async t => {
  for (const address of ['127.0.0.1', '::1', '10.0.0.1', '']) t.notOk(trustPeers([])(address))
  t.ok(trustPeers(['0.0.0.0/0'])('203.0.113.7'))
  t.notOk(trustPeers(['0.0.0.0/0'])('2001:db8::1'), 'each family has its own everything')
})

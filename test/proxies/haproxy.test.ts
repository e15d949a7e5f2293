// The documented haproxy.cfg and gatehouse.lua, in a real HAProxy.
import t from 'tap'
import { tellJourneys } from './proxy-journeys.ts'

await tellJourneys(t, {
  name: 'HAProxy',
  debianPackage: 'haproxy',
  program: 'haproxy',
  document: 'haproxy.cfg',
  beside: { document: 'gatehouse.lua', changes: () => [['timeout = 5000', 'timeout = 1000']] },
  changes: ({ proxy, gateway, product }) => [
    // Without a certificate; what is said about https is the scheme, which HAProxy knows by itself.
    ['bind :443 ssl crt /etc/haproxy/tls/ alpn h2,http/1.1', `bind 127.0.0.1:${proxy}`],
    ['app.example.com', `app.localhost:${proxy}`],
    ['login.example.com', `login.localhost:${proxy}`],
    ['gatehouse:4000', `127.0.0.1:${gateway}`],
    ['product:3000', `127.0.0.1:${product}`],
    ['global\n', 'global\n  nbthread 1\n']
  ],
  args: file => ['-db', '-f', file]
})

// The documented Caddyfile, in a real Caddy.
import t from 'tap'
import { tellJourneys } from './proxy-journeys.ts'

await tellJourneys(t, {
  name: 'Caddy',
  debianPackage: 'caddy',
  program: 'caddy',
  document: 'Caddyfile',
  changes: ({ proxy, gateway, product }) => [
    // Without a certificate, and without an administration port that another Caddy on this machine may have.
    ['(unsay) {\n', '{\n\tadmin off\n\tauto_https off\n\tdefault_bind 127.0.0.1\n}\n\n(unsay) {\n'],
    ['\napp.example.com {', `\nhttp://app.localhost:${proxy} {`],
    ['\nlogin.example.com {', `\nhttp://login.localhost:${proxy} {`],
    ['gatehouse:4000', `127.0.0.1:${gateway}`],
    ['product:3000', `127.0.0.1:${product}`],
    ['response_header_timeout 5s', 'response_header_timeout 1s']
  ],
  args: file => ['run', '--config', file, '--adapter', 'caddyfile']
})

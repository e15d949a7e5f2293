// The documented nginx.conf, in a real nginx.
import t from 'tap'
import { tellJourneys } from './proxy-journeys.ts'

await tellJourneys(t, {
  name: 'nginx',
  debianPackage: 'nginx-light',
  program: 'nginx',
  document: 'nginx.conf',
  changes: ({ proxy, gateway, product }) => [
    // This machine has no certificates. Everything else that is about https is the scheme, which nginx knows by itself.
    [/^ *ssl_\w+ .*\n/gm, ''],
    ['listen 443 ssl', `listen 127.0.0.1:${proxy}`],
    ['server_name app.example.com', 'server_name app.localhost'],
    ['server_name login.example.com', 'server_name login.localhost'],
    ['app.example.com', `app.localhost:${proxy}`],
    ['login.example.com', `login.localhost:${proxy}`],
    ['server gatehouse:4000', `server 127.0.0.1:${gateway}`],
    ['server product:3000', `server 127.0.0.1:${product}`],
    ['proxy_read_timeout 5s', 'proxy_read_timeout 1s'],
    ['worker_processes auto', 'worker_processes 1'],
    ['http {\n', `http {\n${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(name => `  ${name}_temp_path ${name};\n`).join('')}  access_log off;\n`]
  ],
  args: (file, directory) => ['-p', directory, '-c', file, '-e', 'stderr', '-g', `daemon off; pid nginx.pid; error_log stderr;${process.getuid?.() === 0 ? ' user root;' : ''}`]
})

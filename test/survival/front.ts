// What stands before several gateways? The documented nginx.conf with a line for each of them, and a header that says who was asked.
import { findProgram, type ProxyKind } from '../proxies/proxy-process.ts'

/** Where nginx is missing: how to get it. Otherwise null. */
export function missingNginx (): string | null {
  return findProgram('nginx') === null ? 'nginx is not installed: apt-get install -y --no-install-recommends nginx-light' : null
}

export function frontOf (gateways: readonly number[]): ProxyKind {
  const servers = gateways.map(port => `server 127.0.0.1:${port} fail_timeout=1s;`).join(' ')
  return {
    name: 'nginx',
    debianPackage: 'nginx-light',
    program: 'nginx',
    document: 'nginx.conf',
    changes: ({ proxy, product }) => [
      // No certificates on this machine.
      [/^ *ssl_\w+ .*\n/gm, ''],
      ['listen 443 ssl', `listen 127.0.0.1:${proxy}`],
      ['server_name app.example.com', 'server_name app.localhost'],
      ['server_name login.example.com', 'server_name login.localhost'],
      ['app.example.com', `app.localhost:${proxy}`],
      ['login.example.com', `login.localhost:${proxy}`],
      ['server gatehouse:4000;', servers],
      ['server product:3000', `server 127.0.0.1:${product}`],
      ['worker_processes auto', 'worker_processes 1'],
      // All that were asked for one answer, with commas between them.
      ['auth_request_set $sign_in', 'auth_request_set $asked $upstream_addr;\n    add_header X-Asked $asked always;\n    auth_request_set $sign_in'],
      ['http {\n', `http {\n${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(name => `  ${name}_temp_path ${name};\n`).join('')}  access_log off;\n`]
    ],
    args: (file, directory) => ['-p', directory, '-c', file, '-e', 'stderr', '-g', `daemon off; pid nginx.pid; error_log stderr;${process.getuid?.() === 0 ? ' user root;' : ''}`]
  }
}

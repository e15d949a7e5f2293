// Do the files that make the app without clicking hold the right values, and nothing that a name could turn into a command?
import { execFileSync } from 'node:child_process'
import t from 'tap'
import { type AppSettings, buildShellScript, buildTerraform } from '../../src/okta/app-recipe.ts'

const app: AppSettings = {
  label: 'Northwind',
  organizationUrl: 'https://acme.okta.com',
  customDomain: false,
  redirectUri: 'https://login.northwind.test/auth/callback/con-1',
  initiateLoginUri: 'https://login.northwind.test/auth/initiate/con-1',
  postLogoutRedirectUri: 'https://login.northwind.test/auth/logout/done',
  clientKeysUri: 'https://login.northwind.test/auth/client-keys/con-1'
}
const hostile = 'North"wind\'\n$(touch /tmp/x) `id` $' + '{jsonencode(1)} %{ if true } \u2028SETTINGS\nSETTINGS\n'

/** What the script would send, with `curl` replaced by a function that prints its last arguments. */
function run (script: string, environment: Record<string, string>): { readonly sent: string, readonly url: string, readonly config: string, readonly said: string } {
  const curl = 'curl() { cat > "$OUT.config"; while [ $# -gt 1 ]; do [ "$1" = --data ] && printf %s "$2" > "$OUT.data"; shift; done; printf %s "$1" > "$OUT.url"; printf %s \'{"id":"x","credentials":{"oauthClient":{"client_id":"0oa1a2b3c4d5e6f7g8h9"}}}\'; }\n'
  const out = `${t.testdir()}/out`
  const said = execFileSync('/bin/sh', ['-s'], { input: curl + script, env: { PATH: '/usr/bin:/bin', OUT: out, ...environment }, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] })
  const read = (name: string) => execFileSync('/bin/cat', [`${out}.${name}`], { encoding: 'utf8' })
  return { sent: read('data'), url: read('url'), config: read('config'), said }
}

void t.test('the script sends the settings to the customer\'s Okta, and prints the client id', async t => {
  const { sent, url, config, said } = run(buildShellScript(app), { OKTA_API_TOKEN: '00token' })
  t.equal(url, 'https://acme.okta.com/api/v1/apps')
  t.equal(config, 'header = "Authorization: SSWS 00token"\n')
  t.match(JSON.parse(sent), {
    name: 'oidc_client',
    label: 'Northwind',
    signOnMode: 'OPENID_CONNECT',
    credentials: { oauthClient: { token_endpoint_auth_method: 'private_key_jwt', pkce_required: true } },
    settings: {
      implicitAssignment: false,
      oauthClient: {
        redirect_uris: [app.redirectUri], post_logout_redirect_uris: [app.postLogoutRedirectUri], initiate_login_uri: app.initiateLoginUri, idp_initiated_login: { mode: 'SPEC' }, issuer_mode: 'ORG_URL', jwks_uri: app.clientKeysUri, grant_types: ['authorization_code'], application_type: 'web'
      }
    }
  })
  t.match(said, /0oa1a2b3c4d5e6f7g8h9/)
})

void t.test('without a token the script says what is missing and asks nobody', async t => {
  t.throws(() => run(buildShellScript(app), {}), { message: /Set OKTA_API_TOKEN/ })
})

void t.test('a name is a name, in the shell and in Terraform', async t => {
  const script = buildShellScript({ ...app, label: hostile })
  t.equal(JSON.parse(run(script, { OKTA_API_TOKEN: 'x' }).sent).label, hostile)
  const terraform = buildTerraform({ ...app, label: hostile })
  const [line = ''] = terraform.split('\n').filter(one => one.includes('label  '))
  t.ok(line.includes('$$' + '{jsonencode(1)}') && line.includes('%%{ if true }'))
  for (const text of [script, terraform]) for (const one of text.split('\n').slice(0, 3)) t.match(one, /^#/)
})

void t.test('Terraform is told the same', async t => {
  const text = buildTerraform(app)
  for (const value of [app.redirectUri, app.initiateLoginUri, app.postLogoutRedirectUri, app.clientKeysUri]) t.ok(text.includes(`"${value}"`), value)
  t.match(text, /org_name = "acme"\n {2}base_url = "okta\.com"/)
  t.match(text, /login_mode {17}= "SPEC"/)
  t.match(text, /issuer_mode {16}= "ORG_URL"/)
  t.match(buildTerraform({ ...app, customDomain: true }), /issuer_mode {16}= "CUSTOM_URL"/)
  t.match(buildShellScript({ ...app, customDomain: true }), /"issuer_mode": "CUSTOM_URL"/)
})

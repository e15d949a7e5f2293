// How is the app made without clicking? The same settings as a Terraform file and as a shell script, both for the admin's own machine.

/** What the app in Okta must be told. All of it is public: addresses of the gateway and a name. */
export interface AppSettings {
  readonly label: string
  /** The origin of the organization: where the script calls Okta. */
  readonly organizationUrl: string
  /** Whether sign-ins go through the custom domain, so that the tokens are signed as it. */
  readonly customDomain: boolean
  readonly redirectUri: string
  readonly initiateLoginUri: string
  readonly postLogoutRedirectUri: string
  readonly clientKeysUri: string
}

/** @returns a file for Terraform's Okta provider that makes the app and prints its client id. */
export function buildTerraform (app: AppSettings): string {
  const { hostname } = new URL(app.organizationUrl)
  const [organization = '', ...rest] = hostname.split('.')
  return `# Makes the app for ${comment(app.label)} in ${comment(hostname)}. Nothing in here is secret.
#   export OKTA_API_TOKEN=…   (Okta Admin Console > Security > API > Tokens; it stays on your machine)
#   terraform init && terraform apply
# Afterwards: assign people or groups to the app, and paste the client id into the setup page.

terraform {
  required_providers {
    okta = {
      source = "okta/okta"
    }
  }
}

provider "okta" {
  org_name = ${hcl(organization)}
  base_url = ${hcl(rest.join('.'))}
}

resource "okta_app_oauth" "app" {
  label                      = ${hcl(app.label)}
  type                       = "web"
  grant_types                = ["authorization_code"]
  response_types             = ["code"]
  redirect_uris              = [${hcl(app.redirectUri)}]
  post_logout_redirect_uris  = [${hcl(app.postLogoutRedirectUri)}]
  login_mode                 = "SPEC"
  login_uri                  = ${hcl(app.initiateLoginUri)}
  hide_web                   = false
  hide_ios                   = false
  implicit_assignment        = false
  issuer_mode                = ${hcl(issuerMode(app))}
  pkce_required              = true
  token_endpoint_auth_method = "private_key_jwt"
  jwks_uri                   = ${hcl(app.clientKeysUri)}
}

output "client_id" {
  value = okta_app_oauth.app.client_id
}
`
}

/** @returns a POSIX shell script that makes the app through Okta's Apps API and prints its client id. */
export function buildShellScript (app: AppSettings): string {
  const body = JSON.stringify({
    name: 'oidc_client',
    label: app.label,
    signOnMode: 'OPENID_CONNECT',
    visibility: { hide: { web: false, iOS: false } },
    credentials: { oauthClient: { token_endpoint_auth_method: 'private_key_jwt', pkce_required: true } },
    settings: {
      implicitAssignment: false,
      oauthClient: {
        application_type: 'web',
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: [app.redirectUri],
        post_logout_redirect_uris: [app.postLogoutRedirectUri],
        initiate_login_uri: app.initiateLoginUri,
        idp_initiated_login: { mode: 'SPEC' },
        issuer_mode: issuerMode(app),
        jwks_uri: app.clientKeysUri
      }
    }
  }, null, 2)
  return `#!/bin/sh
# Makes the app for ${comment(app.label)} in ${comment(new URL(app.organizationUrl).hostname)} and prints its client id.
# It calls your Okta and nobody else. Your token is read from the environment and is sent to your Okta only:
#   export OKTA_API_TOKEN=…   (Okta Admin Console > Security > API > Tokens; revoke it afterwards)
#   sh create-okta-app.sh
# Afterwards: assign people or groups to the app, and paste the client id into the setup page.
set -eu
: "\${OKTA_API_TOKEN:?Set OKTA_API_TOKEN to an API token of your Okta organization.}"

settings=$(cat <<'SETTINGS'
${body}
SETTINGS
)

# The token goes in by standard input: what stands on a command line, everybody on the machine can read.
answer=$(printf 'header = "Authorization: SSWS %s"\\n' "$OKTA_API_TOKEN" | curl --silent --show-error --config - \\
  --header 'Accept: application/json' --header 'Content-Type: application/json' \\
  --data "$settings" ${shell(`${app.organizationUrl}/api/v1/apps`)})

client_id=$(printf '%s' "$answer" | sed -n 's/.*"client_id"[[:space:]]*:[[:space:]]*"\\([^"]*\\)".*/\\1/p')
if [ -z "$client_id" ]; then
  printf 'Okta did not make the app. It answered:\\n%s\\n' "$answer" >&2
  exit 1
fi
printf 'The client id, for the setup page: %s\\n' "$client_id"
`
}

// Said and not left to the organization's default: it is what the tokens' issuer must be.
function issuerMode ({ customDomain }: AppSettings): 'CUSTOM_URL' | 'ORG_URL' {
  return customDomain ? 'CUSTOM_URL' : 'ORG_URL'
}

function hcl (text: string): string {
  return JSON.stringify(text).replace(/([$%])(?=\{)/g, (sign: string) => sign + sign)
}

function shell (text: string): string {
  return `'${text.replace(/'/g, () => "'\\''")}'`
}

// A line break in a name would end the comment and begin a command.
function comment (text: string): string {
  return text.replace(/[\p{C}\u2028\u2029]+/gu, ' ')
}

// Where is everything? Every URL path of the gateway, once.

export const paths = {
  home: '/',
  own: '/auth',
  login: '/auth/login',
  initiate: '/auth/initiate',
  initiateConnection: '/auth/initiate/:connection',
  callback: '/auth/callback/:connection',
  arrive: '/auth/arrive',
  logout: '/auth/logout',
  logoutDone: '/auth/logout/done',
  session: '/auth/session',
  token: '/auth/token',
  check: '/auth/check',
  setup: '/auth/setup',
  setupLink: '/auth/setup/:token',
  clientKeys: '/auth/client-keys/:connection',
  invitation: '/auth/invitation/:token',
  assets: '/auth/assets/:file',
  jwks: '/.well-known/jwks.json',
  serverMetadata: '/.well-known/oauth-authorization-server',
  api: '/api/v1',
  scim: '/scim/v2',
  live: '/livez',
  ready: '/readyz',
  metrics: '/metrics'
} as const

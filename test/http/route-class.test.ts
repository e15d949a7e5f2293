// Under which few kinds are the routes counted?
import t from 'tap'
import { paths } from '../../src/http/paths.ts'
import { routeClassOf } from '../../src/http/route-class.ts'

void t.test('Every path of the gateway has a class, and what has no route is none of them', async t => {
  const classes = Object.fromEntries(Object.entries(paths).filter(([name]) => !['own', 'scim', 'live', 'ready', 'metrics'].includes(name)).map(([name, path]) => [name, routeClassOf(path)]))
  t.strictSame(classes, {
    home: 'login',
    login: 'login',
    initiate: 'initiate',
    initiateConnection: 'initiate',
    callback: 'callback',
    arrive: 'arrive',
    logout: 'logout',
    logoutDone: 'logout',
    session: 'session',
    token: 'token',
    check: 'check',
    setup: 'setup',
    setupLink: 'setup',
    clientKeys: 'well-known',
    operator: 'operator',
    operatorSignIn: 'operator',
    operatorSignOut: 'operator',
    invitation: 'invitation',
    assets: 'assets',
    jwks: 'well-known',
    serverMetadata: 'well-known',
    api: 'api'
  })
  t.strictSame([undefined, '/*', `${paths.api}/tenants/:tenant`, `${paths.setup}/domains`, '/elsewhere'].map(routeClassOf), ['none', 'app', 'api', 'setup', 'other'])
})

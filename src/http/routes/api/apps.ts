// `/apps`: which of the vendor's products are behind the gateway.
import { Type } from 'typebox'
import type { Static } from 'typebox'
import { parseHost, schemeOf } from '../../../tenant/app.ts'
import type { App } from '../../../tenant/app.ts'
import { difference } from '../../../tenant/difference.ts'
import { buildId, ID_BYTES } from '../../../tenant/id.ts'
import { parseName } from '../../../tenant/member.ts'
import { TenantRefusal } from '../../../tenant/refusal.ts'
import { parseReturnPrefix } from '../../../tenant/return-to.ts'
import { parseSlug } from '../../../tenant/tenant.ts'
import type { UrlPolicy } from '../../../tenant/url.ts'
import { couldBeName, notFound } from './addressed.ts'
import { record, type RecordedNeeds } from './audit.ts'
import { fieldFault, given, parseUrlBy, unlessNull } from './field.ts'
import { by } from './operator-token.ts'
import { listOf, pageOfAll, PageQuery } from './page.ts'
import { about, anyOf, AppPath, Done, Name, orNull, Slug, strict, Url } from './schema-parts.ts'
import type { TypedApp } from './typed-app.ts'

export interface AppRoutesNeeds extends UrlPolicy, RecordedNeeds<{
  readonly apps: {
    save (app: App, now: Date): Promise<void>
    change (app: string, changes: Partial<Omit<App, 'id'>>, now: Date): Promise<App | null>
    remove (app: string): Promise<boolean>
  }
}> {
  readonly apps: {
    find (app: string): Promise<App | null>
    list (): Promise<readonly App[]>
  }
  readonly publicUrl: string
  readonly now: () => Date
  readonly random: (bytes: number) => Uint8Array
}

const fields = {
  slug: Slug,
  name: Name,
  audience: Type.String({ minLength: 1, maxLength: 2048, description: '`aud` of its access tokens.' }),
  hosts: Type.Array(Type.String({ minLength: 1, maxLength: 255 }), { maxItems: 50, description: 'As in the address bar: app.example.com, or app.example.com:8443.' }),
  returnTo: Type.Array(Url, { maxItems: 50, description: 'URL prefixes that browsers may be sent back to. For a new app: its hosts, unless said otherwise.' }),
  homeUrl: orNull(Url),
  tokenLifetimeSeconds: orNull(Type.Integer({ minimum: 60, maximum: 3600 })),
  upstream: orNull(Type.String({ minLength: 1, maxLength: 2048, description: 'Where the app itself listens; http and private addresses are fine.' }))
}
const AppAnswer = strict({ id: Type.String(), ...fields })
const AppChanges = anyOf(fields)
const NewApp = strict({ ...AppChanges.properties, slug: fields.slug, name: fields.name, audience: fields.audience })

export function appRoutes (app: TypedApp, needs: AppRoutesNeeds): void {
  const find = async (name: string): Promise<App> => {
    const found = couldBeName(name) ? await needs.apps.find(name) : null
    if (found === null) throw notFound('app')
    return found
  }

  app.post('/apps', { schema: { ...about('Apps', 'createApp', 'Put a product behind the gateway', 'admin'), body: NewApp, response: { 201: AppAnswer } } }, async (request, reply) => {
    const { slug, name, audience } = request.body
    const parsed = parseApp(request.body, needs)
    const hosts = parsed.hosts ?? []
    await checkHosts(needs, hosts, null)
    const saved: App = {
      returnTo: hosts.map(host => `${schemeOf(host, needs)}://${host}/`),
      homeUrl: null,
      tokenLifetimeSeconds: null,
      upstream: null,
      slug,
      name,
      audience,
      ...parsed,
      hosts,
      id: buildId('app', needs.random(ID_BYTES))
    }
    const now = needs.now()
    await needs.together(async ({ apps, events }) => {
      await apps.save(saved, now)
      await record({ events }, by(request), { type: 'app.created', tenantId: null, subject: saved.id, details: { after: saved } }, now)
    })
    reply.code(201)
    return answer(saved)
  })

  app.get('/apps', { schema: { ...about('Apps', 'listApps', 'List apps, oldest first', 'read'), querystring: PageQuery, response: { 200: listOf(AppAnswer) } } }, async request => {
    const { items, next } = pageOfAll(await needs.apps.list(), request.query, ({ id }) => id)
    return { items: items.map(answer), next }
  })

  app.get('/apps/:app', { schema: { ...about('Apps', 'getApp', 'Read an app', 'read'), params: AppPath, response: { 200: AppAnswer } } }, async request => {
    return answer(await find(request.params.app))
  })

  app.patch('/apps/:app', { schema: { ...about('Apps', 'changeApp', 'Change an app', 'admin'), params: AppPath, body: AppChanges, response: { 200: AppAnswer } } }, async request => {
    const before = await find(request.params.app)
    const now = needs.now()
    const changes = parseApp(request.body, needs)
    await checkHosts(needs, changes.hosts, before.id)
    return answer(await needs.together(async ({ apps, events }) => {
      const after = await apps.change(before.id, changes, now)
      if (after === null) throw notFound('app')
      const details = difference(before, after)
      if (details !== null) await record({ events }, by(request), { type: 'app.changed', tenantId: null, subject: after.id, details }, now)
      return after
    }))
  })

  app.delete('/apps/:app', { schema: { ...about('Apps', 'deleteApp', 'Take a product from behind the gateway', 'admin'), params: AppPath, response: { 204: Done } } }, async (request, reply) => {
    const before = await find(request.params.app)
    const now = needs.now()
    await needs.together(async ({ apps, events }) => {
      if (!await apps.remove(before.id)) throw notFound('app')
      await record({ events }, by(request), { type: 'app.deleted', tenantId: null, subject: before.id, details: { before } }, now)
    })
    return await reply.code(204).send(null)
  })
}

function parseApp ({ slug, name, audience, hosts, returnTo, homeUrl, upstream, ...rest }: Static<typeof AppChanges>, policy: UrlPolicy) {
  return {
    ...rest,
    ...given('slug', slug, parseSlug),
    ...given('name', name, parseName),
    ...given('audience', audience, parseAudience),
    ...given('hosts', hosts, list => each(list, host => parseHost(host, policy))),
    ...given('returnTo', returnTo, list => each(list, url => parseReturnPrefix(url, policy))),
    ...given('homeUrl', homeUrl, unlessNull(parseUrlBy(policy))),
    ...given('upstream', upstream, unlessNull(parseUpstream))
  }
}

function each (list: readonly string[], parse: (text: string) => string): string[] {
  return [...new Set(list.map(parse))]
}

function parseAudience (text: string): string {
  if (!/^[\x21-\x7e]+$/.test(text)) throw fieldFault('audience', 'must be printable ASCII without spaces.')
  return text
}

// A host leads to one app, or a check could not tell which one is meant. The login host is nobody's own: apps are mounted beside it by path.
async function checkHosts ({ apps, publicUrl }: AppRoutesNeeds, hosts: readonly string[] | undefined, own: string | null): Promise<void> {
  const wanted = (hosts ?? []).filter(host => host !== new URL(publicUrl).host)
  const others = wanted.length === 0 ? [] : (await apps.list()).filter(({ id }) => id !== own)
  const taken = wanted.find(host => others.some(app => app.hosts.includes(host)))
  if (taken !== undefined) throw new TenantRefusal('already-exists', `hosts: Another app is at ${taken}.`)
}

// The operator's own word about the operator's own network: plain http and private addresses are what one finds there.
function parseUpstream (text: string): string {
  const url = /[\s\\\p{Cc}]/u.test(text) ? null : URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) throw fieldFault('upstream', 'Write a whole URL, as in http://10.0.0.5:3000.')
  if (url.username !== '' || url.password !== '' || /[?#]/.test(url.href)) throw fieldFault('upstream', 'An upstream has no user name, password, query or fragment.')
  return url.href
}

function answer (app: App): Static<typeof AppAnswer> {
  return { ...app, hosts: [...app.hosts], returnTo: [...app.returnTo] }
}

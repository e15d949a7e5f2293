// `/login-policy`: what the product's own login form does with the address that somebody typed into it.
import { Type } from 'typebox'
import type { FindLoginPolicy } from '../../../flows/find-login-policy.ts'
import { paths } from '../../paths.ts'
import { about, Email, orNull, strict } from './schema-parts.ts'
import type { TypedApp } from './typed-app.ts'

export interface LoginPolicyNeeds {
  readonly findLoginPolicy: FindLoginPolicy
  readonly publicUrl: string
}

const Policy = strict({
  policy: Type.Enum(['sso-required', 'sso-optional', 'other'], { description: 'Whether the person must sign in with Okta, may, or cannot.' }),
  url: orNull(Type.String({ description: 'Where to send the browser to sign in with Okta; null for `other`.' })),
  fallbackUrl: orNull(Type.String({ description: 'The tenant\'s other way to sign in, with the address as `login_hint`; null where there is none, or none is allowed.' })),
  tenant: Type.Union([strict({ id: Type.String(), slug: Type.String(), name: Type.String() }), Type.Null()], { description: 'Whose domain it is; null where nobody has proven it.' })
})

export function loginPolicyRoutes (app: TypedApp, needs: LoginPolicyNeeds): void {
  app.get('/login-policy', { schema: { ...about('Login policy', 'getLoginPolicy', 'What a login form should do with an address; the same whatever stands before the @, but for a pilot\'s people', 'read'), querystring: strict({ email: Email }), response: { 200: Policy } } }, async request => {
    const { policy, email, tenant } = await needs.findLoginPolicy(request.query.email)
    const hinted = (address: string) => {
      const url = new URL(address)
      url.searchParams.set('login_hint', email)
      return url.href
    }
    const fallback = policy === 'sso-required' ? null : tenant?.fallbackLoginUrl ?? null
    return {
      policy,
      url: policy === 'other' ? null : hinted(needs.publicUrl + paths.login),
      fallbackUrl: fallback === null ? null : hinted(fallback),
      tenant: tenant === null ? null : { id: tenant.id, slug: tenant.slug, name: tenant.name }
    }
  })
}

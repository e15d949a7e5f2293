// How is a member told in a line? Who they are and whether they may come in, with the way to their page.
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { links } from '../links.ts'

export interface MemberLine {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly status: 'invited' | 'active' | 'suspended'
}

const marks = { active: ['ok', '✓'], invited: ['wait', '…'], suspended: ['no', '✕'] } as const

export function memberLine (slug: string, { id, email, name, status }: MemberLine): Html {
  const [kind, mark] = marks[status]
  return html`
<li class="${kind}"><span aria-hidden="true">${mark}</span><a href="${links.operator}/tenants/${slug}/members/${id}"><bdi>${email}</bdi></a><span class="state">${status}</span>${name !== email && html`<small><bdi>${name}</bdi></small>`}</li>`
}

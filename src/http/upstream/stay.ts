// May somebody who is inside stay? Asked of WebSockets and streams, which have been let in long ago.
import type { OpenSession } from '../../flows/check-access.ts'
import type { App } from '../../tenant/app.ts'
import type { Line } from './open-lines.ts'
import type { Visit } from './visit.ts'

export interface StayNeeds {
  readonly apps: () => readonly App[] | Promise<readonly App[]>
  readonly openSession: OpenSession
}

/** What a line stands on, and the question whether it still does. The answer is at hand while the session is in memory. */
export function mayStay ({ apps, openSession }: StayNeeds, { app, host, idHash, session }: Visit): Pick<Line, 'grounds' | 'check'> {
  const served = (known: readonly App[]) => known.some(({ id, hosts, upstream }) => id === app.id && hosts.includes(host) && upstream === app.upstream)
  return {
    grounds: new Set([`session ${idHash}`, `member ${session.member.id}`, `tenant ${session.tenant.id}`, `connection ${session.connection.id}`, `app ${app.id}`]),
    check () {
      const known = apps()
      // Frames are no use: a page that keeps itself up to date all night must not keep its session alive.
      const opened = openSession({ idHash, host, touch: false })
      if (known instanceof Promise || opened instanceof Promise) return Promise.all([known, opened]).then(([list, now]) => served(list) && now.kind === 'open')
      return served(known) && opened.kind === 'open'
    }
  }
}

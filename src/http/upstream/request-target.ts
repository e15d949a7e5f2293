// Which resource of the app is meant? Passed on as it came, and refused where two readers could read it in two ways.
import { findSegments } from '../../tenant/url-path.ts'
import { RequestRefusal } from '../refusal.ts'

/**
 * @param target of the request line, as it came.
 * @throws RequestRefusal `target-ambiguous` for a path with a dot segment, backslash, control character or leading `//` at any depth of encoding,
 * and for a target with a fragment or anything that is not printable ASCII.
 */
export function checkTarget (target: string): void {
  const path = target.split('?', 1)[0] ?? ''
  // A fragment has no business in a request line: some cut it off and some do not.
  if (!/^\/[\x21-\x22\x24-\x7e]*$/.test(target) || findSegments(path) === null) throw new RequestRefusal('target-ambiguous')
}

/** The target below the path at which the app's server keeps the app. */
export function joinTarget (upstream: URL, target: string): string {
  return basePath(upstream) + target
}

/** Without its last slash; empty for an app at the root of its server. */
export function basePath (upstream: URL): string {
  return upstream.pathname.replace(/\/+$/, '')
}

// `POST /tenants/:tenant/members/import`: a list of people, streamed, all of them or none.
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { Type } from 'typebox'
import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import type { ImportMembers } from '../../../flows/import-members.ts'
import { buildProblem } from '../../problems.ts'
import { RequestRefusal } from '../../refusal.ts'
import { compileValidator } from '../../validation.ts'
import { findTenant, type TenantsNeed } from './addressed.ts'
import { readCsv, readNdjson } from './import-file.ts'
import { by } from './operator-token.ts'
import { about, strict, TenantPath } from './schema-parts.ts'
import type { TypedApp } from './typed-app.ts'

export interface MemberImportNeeds extends TenantsNeed {
  readonly importMembers: ImportMembers
  /** A file may take longer than other bodies. */
  readonly liftDeadline?: (raw: IncomingMessage) => void
}

const IMPORT_MS = 300_000

const Query = strict({ dryRun: Type.Optional(Type.Enum(['true', 'false'], { default: 'false', description: 'Whether to tell only what would happen.' })) })
const Counts = strict({ created: Type.Integer(), updated: Type.Integer(), unchanged: Type.Integer() })
const Line = Type.String({ description: 'Columns or fields: email (needed), name, roles, externalId. A cell that is empty changes nothing; roles stand side by side in one cell.' })
const Refused = Type.Object({
  count: Type.Optional(Type.Integer({ description: 'How many faults there are in all.' })),
  errors: Type.Optional(Type.Array(Type.Object({}, { additionalProperties: true }), { description: 'The first hundred: `line`, `field` (null for the whole line), `message`.' }))
}, { additionalProperties: true })

// The body is a stream: read while it comes, judged line by line.
const leaveBody: FastifySchemaCompiler<TSchema> = part => part.httpPart === 'body' ? () => true : compileValidator(part)

/** Register in a scope of its own: it takes what the rest of the API refuses, and nothing else. */
export function memberImport (app: TypedApp, needs: MemberImportNeeds): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(['text/csv', 'application/x-ndjson'], (_request, payload, done) => { done(null, payload) })
  app.setValidatorCompiler(leaveBody)

  app.post('/tenants/:tenant/members/import', {
    schema: {
      ...about('Members', 'importMembers', 'Import members, all or none: new ones are invited, those with the same email are updated, and nobody\'s status is touched', 'admin'),
      params: TenantPath,
      querystring: Query,
      body: { content: { 'text/csv': { schema: Line }, 'application/x-ndjson': { schema: Line } } },
      response: { 200: Counts, 400: Refused }
    }
  }, async (request, reply) => {
    const tenant = await findTenant(needs, request.params)
    const upload: unknown = request.body
    if (!(upload instanceof Readable)) throw new RequestRefusal('body-malformed', 'Send the file itself, as text/csv or application/x-ndjson.')
    needs.liftDeadline?.(request.raw)
    const deadline = setTimeout(() => { request.raw.destroy() }, IMPORT_MS)
    const lines = /csv/.test(request.headers['content-type'] ?? '') ? readCsv(upload) : readNdjson(upload)
    const done = await needs.importMembers({ tenant, lines, dryRun: request.query.dryRun === 'true', ...by(request) }).finally(() => { clearTimeout(deadline) })
    if (done.kind === 'imported') return done.counts
    request.outcome.code = 'import-refused'
    // What was not read any more would otherwise be taken for the next request.
    if (!upload.readableEnded) reply.header('connection', 'close')
    reply.code(400).type('application/problem+json')
    return { ...buildProblem('import-refused', request.id), count: done.count, errors: done.faults.map(fault => ({ ...fault })) }
  })
}

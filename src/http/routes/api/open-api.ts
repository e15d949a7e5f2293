// What can a program read about this API? OpenAPI 3.1, made from the very schemas that check and write, so that it cannot be wrong.
import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { about, strict } from './schema-parts.ts'
import type { TypedApp } from './typed-app.ts'

// Only shown: the error handler of the whole server writes it.
const Problem = strict({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String({ description: 'Decide on this; the sentences may change.' }),
  reference: Type.String({ description: 'Finds the request in the log.' }),
  detail: Type.Optional(Type.String()),
  errors: Type.Optional(Type.Array(strict({ path: Type.String(), message: Type.String() }), { description: 'With `validation-failed`: every fault.' }))
})

const descriptions: Readonly<Record<string, string>> = { 200: 'Done.', 201: 'Made.', 204: 'Done, and nothing to say.', 304: 'Nothing else than what you have.', 409: 'Not in this state.' }

/** Before the routes: each is written down when it is added. */
export async function describeApi (app: FastifyInstance, publicUrl: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.1',
      info: { title: 'Gatehouse operator API', version: '1', description: 'Tenants, their Okta connections and their people. Every answer that is not a success is a problem as in RFC 9457.' },
      servers: [{ url: publicUrl }],
      security: [{ operatorToken: [] }],
      components: { securitySchemes: { operatorToken: { type: 'http', scheme: 'bearer' } } }
    },
    convertConstToEnum: false,
    transformObject: document => 'openapiObject' in document ? withProblems(document.openapiObject) : document.swaggerObject
  })
}

export function openApiRoute (app: TypedApp): void {
  const schema = { ...about('OpenAPI', 'getOpenApi', 'Read this document', 'read'), response: { 200: Type.Object({}, { additionalProperties: true }) } }
  app.get('/openapi.json', { schema }, async () => ({ ...app.swagger() }))
}

interface Answers { [status: string]: unknown }
interface Document { readonly paths?: Readonly<Record<string, unknown>> }

function withProblems<Described extends Document> (document: Described): Described {
  for (const path of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(isObject(path) ? path : {})) {
      if (isObject(operation) && isObject(operation['responses'])) addProblem(operation['responses'])
    }
  }
  return document
}

function addProblem (answers: Answers): void {
  for (const [status, answer] of Object.entries(answers)) {
    if (!isObject(answer)) continue
    answer['description'] = descriptions[status] ?? 'An answer.'
    const content = answer['content']
    // A route's own problem is of the same type as the others; the generator knows one type for all answers.
    if (status.startsWith('4') && isObject(content)) answer['content'] = { 'application/problem+json': content['application/json'] }
  }
  answers['default'] = { description: 'A problem.', content: { 'application/problem+json': { schema: Problem } } }
}

function isObject (value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

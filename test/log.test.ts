// Can anything secret get into the log by way of an error?
import { inspect } from 'node:util'
import t from 'tap'
import { createLogger, errorFacts } from '../src/log.ts'
import { Outage } from '../src/outage.ts'
import { OidcRefusal } from '../src/oidc/refusal.ts'
import { Secret } from '../src/secret.ts'

const canary = 'canary-0123456789-abcdef'

/** What one call writes, parsed. */
function logged (write: (logger: ReturnType<typeof createLogger>) => void, level = 'trace'): { text: string, lines: readonly unknown[] } {
  const lines: string[] = []
  write(createLogger(level, { write: line => { lines.push(line) } }))
  return { text: lines.join(''), lines: lines.map(line => JSON.parse(line)) }
}

void t.test('Of an error the log holds its name, message, code, stack and causes, and nothing that was hung onto it', async t => {
  const driver = Object.assign(new Error('connection refused'), {
    code: 'ECONNREFUSED',
    client: { password: canary },
    parameters: [canary],
    rawPacket: Buffer.from(canary),
    request: { headers: { authorization: `Bearer ${canary}` } },
    toJSON: () => ({ canary }),
    [inspect.custom]: () => canary
  })
  const { text, lines } = logged(logger => { logger.error({ err: new Outage('database-unavailable', { cause: driver }) }, 'outage') })
  t.notOk(text.includes(canary))
  t.match(lines[0], { msg: 'outage', service: 'gatehouse', err: { type: 'Outage', message: 'database-unavailable', code: 'database-unavailable', cause: { type: 'Error', message: 'connection refused', code: 'ECONNREFUSED' } } })
  t.match(errorFacts(driver), { stack: /connection refused/ })
  t.notOk(JSON.stringify(logged(logger => { logger.error(driver) }).lines).includes(canary), 'an error that is logged by itself, too')
})

void t.test('The detail of a database, which repeats the row, is left out; our own is kept', async t => {
  const database = Object.assign(new Error('duplicate key value violates unique constraint "members_email"'), { code: '23505', detail: `Key (email)=(${canary}) already exists.` })
  t.notOk(JSON.stringify(errorFacts(database)).includes(canary))
  t.match(errorFacts(new OidcRefusal('id-token-type', { detail: 'typ is logout+jwt' })), { type: 'OidcRefusal', code: 'id-token-type', detail: 'typ is logout+jwt' })
})

void t.test('Causes are followed a few steps, and in a circle not forever', async t => {
  const circle = new Error('one', { cause: new Error('two') })
  if (circle.cause instanceof Error) circle.cause.cause = circle
  const text = JSON.stringify(errorFacts(circle))
  t.equal(text.match(/"type"/g)?.length, 5)
  let deep = new Error('the root')
  for (let level = 0; level < 1000; level++) deep = new Error(`level ${level}`, { cause: deep })
  t.ok(JSON.stringify(errorFacts(deep)).length < 10_000)
})

void t.test('Whatever is thrown can be logged', async t => {
  const odd: readonly unknown[] = ['text', 7, null, undefined, Symbol('s'), Object.create(null), { password: canary }, [canary].map(() => ({})), () => canary.length, new Error('no code', { cause: Object.create(null) }), Object.defineProperty(new Error('a getter'), 'code', { get: () => { throw new Error(canary) } })]
  for (const thrown of odd) {
    const { text } = logged(logger => { logger.error({ err: thrown }, 'fault') })
    t.notOk(text.includes(canary))
  }
  t.notOk(JSON.stringify(errorFacts(Object.assign(new Error('x'), { code: { canary } }))).includes(canary), 'a code is text or nothing')
})

void t.test('A Secret prints as nothing, however it gets into a line', async t => {
  const secret = new Secret(canary)
  const { text } = logged(logger => {
    logger.info({ secret, nested: { list: [secret] } }, 'facts')
    logger.info(`${secret}`)
    logger.info(secret)
    logger.info('%s %j %o %O', secret, secret, secret, secret)
    logger.child({ secret }).info('of a child')
    logger.error({ err: new Error('failed', { cause: secret }) })
  })
  t.notOk(text.includes(canary))
  t.match(text, /\[secret\]/)
  for (const printed of [inspect(secret, { showHidden: true, depth: 9 }), inspect(secret, { customInspect: false, showHidden: true }), JSON.stringify({ secret }), String(secret), `${secret}`, Object.keys(secret).join(), JSON.stringify({ ...secret })]) {
    t.notOk(printed.includes(canary))
  }
  t.equal(secret.reveal(), canary)
})

void t.test('The level is what was asked for', async t => {
  t.equal(logged(logger => { logger.debug('x'); logger.info('y') }, 'info').lines.length, 1)
  t.equal(logged(logger => { logger.fatal('x') }, 'silent').lines.length, 0)
})

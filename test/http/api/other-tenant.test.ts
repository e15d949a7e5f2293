// Can the ids of one tenant be used in the name of another? Every operation of the document is tried.
import t from 'tap'
import { bodies, fill, readDocument } from './document.ts'
import { openOperator } from './operator.ts'
import { settle, signIn, waitingAccount } from './signed-in.ts'

void t.test('Every id of another tenant is 404 under this one, and nothing is changed', async t => {
  const operator = await openOperator(t)
  const sides = await Promise.all(([['acme', 'ada'], ['globex', 'gus']] as const).map(async ([slug, name]) => {
    const settled = await settle(operator, slug, `${name}@${slug}.test`)
    return { ...settled, identity: (await signIn(operator, settled, name)).identity, conflict: await waitingAccount(operator, settled, `00u-other-${name}`) }
  }))
  const [acme, globex] = sides
  if (acme === undefined || globex === undefined) throw new Error('two tenants')
  const { operations } = await readDocument(operator)
  const before = await operator.everything()
  const events = (await operator.events()).length
  const crossed = operations.filter(({ path }) => /\{tenant\}.*\{/.test(path))
  t.ok(crossed.length >= 14, `${crossed.length} operations name something of a tenant`)
  for (const { method, path, id } of crossed) {
    for (const [mine, theirs] of [[acme, globex], [globex, acme]] as const) {
      for (const tenant of [mine.tenant, mine === acme ? 'acme' : 'globex']) {
        const answer = await operator.ask(method, fill(path, { ...theirs, tenant }), bodies[id])
        t.equal(answer.status, 404, `${id} of the other tenant`)
        t.equal(answer.at('code'), 'not-found')
        for (const secret of Object.values(theirs)) t.notOk(answer.text.includes(secret))
      }
    }
  }
  t.equal(await operator.everything(), before)
  t.equal((await operator.events()).length, events)
})

void t.test('An id of another kind, or of nobody, is 404 wherever an id stands', async t => {
  const operator = await openOperator(t)
  const acme = await settle(operator, 'acme', 'ada@acme.test')
  await operator.make('/apps', { slug: 'crm', name: 'CRM', audience: 'crm' })
  const { reference, session, identity } = await signIn(operator, acme, 'ada')
  const conflict = await waitingAccount(operator, acme, '00u-other-ada')
  const { operations } = await readDocument(operator)
  const real: Readonly<Record<string, string>> = { ...acme, app: 'crm', reference, session, identity, conflict, key: 'apk-23456789abcdefghijkm' }
  const strange = [acme.tenant.replace('tnt-', 'con-'), 'mem-23456789abcdefghijkm', 'con-23456789abcdefghijkm', 'nobody', '%00', '%F0%9F%92%A9', '..%2f..', 'a\'%20or%20\'1\'=\'1', 'ACME', '__proto__', 'constructor', 'x'.repeat(255)]
  const before = await operator.everything()
  for (const { method, path, id } of operations) {
    for (const [part] of [...path.matchAll(/(?<=\{)\w+(?=\})/g)]) {
      for (const value of strange) {
        const answer = await operator.ask(method, fill(path, { ...real, [part]: value }), bodies[id])
        t.equal(answer.status, 404, `${id}: ${part} is ${value.slice(0, 40)}`)
      }
    }
  }
  t.equal(await operator.everything(), before)
})

void t.test('The lists of a tenant hold nothing of another', async t => {
  const operator = await openOperator(t)
  const acme = await settle(operator, 'acme', 'ada@acme.test')
  const globex = await settle(operator, 'globex', 'gus@globex.test')
  const others = [...Object.values(globex), ...Object.values(await signIn(operator, globex, 'gus'))]
  await signIn(operator, acme, 'ada')
  const cursors = [await operator.ask('GET', '/tenants/globex/members?limit=1'), await operator.ask('GET', '/tenants/globex/connections?limit=1')]
  t.equal(cursors.length, 2)
  for (const list of ['domains', 'connections', 'members', 'attempts', 'sessions']) {
    const answer = await operator.ask('GET', `/tenants/acme/${list}`)
    t.equal(answer.status, 200)
    t.not(answer.at('items.0'), undefined, list)
    for (const other of others) t.notOk(answer.text.includes(other), list)
  }
})

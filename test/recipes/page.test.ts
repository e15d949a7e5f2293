import t from 'tap'
import { globSync, readFileSync } from 'node:fs'
import { adasClaims, openMint } from './mint.ts'

const docs = new URL('../../docs/', import.meta.url)
const page = readFileSync(new URL('verify-tokens.md', docs), 'utf8')

// A quotation is a fenced block under a line that ends in a link to its file.
const quotations = [...page.matchAll(/\]\((recipes\/[\w./-]+)\):\n\n```\w+\n([^]*?)\n```\n/g)].map(([, path = '', text = '']) => ({ path, text }))
const sources = globSync('recipes/**/*.*', { cwd: docs }).sort().map(path => ({ path, region: readRegion(readFileSync(new URL(path, docs), 'utf8')) })).filter(({ region }) => region !== null)

function readRegion (source: string): string | null {
  const lines = /^[ ]*(?:\/\/|#) region recipe\n([^]*?)\n+[ ]*(?:\/\/|#) endregion$/m.exec(source)?.[1]?.split('\n')
  if (lines === undefined) return null
  const margin = Math.min(...lines.filter(line => line.trim() !== '').map(line => line.search(/\S/)))
  return lines.map(line => line.slice(margin)).join('\n')
}

void t.test('every recipe is quoted in the page', async t => {
  t.strictSame(quotations.map(({ path }) => path).sort(), sources.map(({ path }) => path))
  t.ok(sources.length >= 8)
})

for (const { path, text } of quotations) {
  void t.test(`what the page quotes of ${path} is what stands there`, async t => {
    t.equal(text, sources.find(source => source.path === path)?.region)
  })
}

void t.test('what is not code of ours exists: every file that the page links to', async t => {
  const links = [...page.matchAll(/\]\((recipes\/[\w./-]+)\)/g)].map(([, path = '']) => path)
  for (const path of links) t.ok(globSync(path, { cwd: docs }).length === 1, path)
})

// Envoy's policies and Istio's cannot run here, but what they rely on can be looked at.
void t.test('a token begins as the policy for Istio expects', async t => {
  const policy = readFileSync(new URL('recipes/istio/jwt.yaml', docs), 'utf8')
  const beginning = /"Bearer ([\w-]+)\*"/.exec(policy)?.[1] ?? 'none'
  const token = await (await openMint('key-1')).sign(adasClaims())
  t.ok(token.startsWith(beginning))
  t.equal(Buffer.from(beginning, 'base64url').toString(), '{"alg":"ES256","typ":"at+jwt",')
})

void t.test('the page names every claim of a token, and no other', async t => {
  const table = /## What is in a token\n([^]*?)\n## /.exec(page)?.[1] ?? ''
  const named = [...table.matchAll(/^\| ((?:`\w+`(?:, )?)+)/gm)].flatMap(([, cell = '']) => [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name))
  const { subject, ...rest } = { subject: undefined, ...adasClaims() }
  t.equal(subject, undefined)
  t.strictSame(named.sort(), [...Object.keys(rest), 'acr', 'external_id'].sort())
})

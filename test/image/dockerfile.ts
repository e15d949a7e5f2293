// What does a Dockerfile say? Its instructions, one by one; a word that is not known here is an error, for nothing may go untested.

export interface Instruction { readonly word: string, readonly rest: string }

export interface Stage { readonly name: string, readonly base: string, readonly instructions: readonly Instruction[] }

const known = new Set(['ARG', 'FROM', 'WORKDIR', 'ENV', 'COPY', 'RUN', 'USER', 'LABEL', 'EXPOSE', 'STOPSIGNAL', 'HEALTHCHECK', 'CMD'])

export function parseDockerfile (text: string): readonly Stage[] {
  const lines = text.replaceAll(/\\\n/g, ' ').split('\n').filter(line => line.trim() !== '' && !line.startsWith('#'))
  const defaults = new Map<string, string>()
  const stages: { name: string, base: string, instructions: Instruction[] }[] = []
  for (const line of lines) {
    const [, word = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? []
    if (!known.has(word)) throw new Error(`Nobody here knows what ${word} does.`)
    const stage = stages.at(-1)
    if (word === 'FROM') {
      const [base = '', , name = `stage-${stages.length}`] = rest.split(/\s+/)
      stages.push({ name, base: base.replaceAll(/\$\{(\w+)\}/g, (_, key: string) => defaults.get(key) ?? ''), instructions: [] })
    } else if (stage !== undefined) stage.instructions.push({ word, rest })
    else if (word === 'ARG') defaults.set(...splitAtEquals(rest))
    else throw new Error(`${word} stands before the first FROM.`)
  }
  return stages
}

/** `KEY=value KEY="two words"` */
export function parsePairs (text: string): ReadonlyArray<readonly [string, string]> {
  return [...text.matchAll(/([\w.]+)=(?:"([^"]*)"|(\S+))/g)].map(([, key = '', quoted, bare = '']) => [key, quoted ?? bare] as const)
}

/** The exec form, without which a shell stands between the engine and the process. Throws for any other. */
export function parseExecForm (text: string): readonly string[] {
  const words: unknown = JSON.parse(text)
  if (!Array.isArray(words) || !words.every(word => typeof word === 'string')) throw new Error(`${text} is not in the exec form.`)
  return words
}

function splitAtEquals (text: string): [string, string] {
  const at = text.indexOf('=')
  return [text.slice(0, at), text.slice(at + 1)]
}

// Which tests failed, in tap's own words? The leaves only: a failed file repeats what failed inside it.
export function findFailures (tap: string): readonly string[] {
  const lines = tap.split('\n')
  const failures: string[] = []
  lines.forEach((line, index) => {
    const [, indent = ''] = /^( *)not ok /.exec(line) ?? []
    if (!/^ *not ok /.test(line) || / # (SKIP|TODO)/i.test(line) || repeats(lines, index, indent)) return
    failures.push([...path(lines, index, indent.length), ...block(lines, index, indent)].join('\n'))
  })
  return failures
}

// The line that closes a subtest stands under the last line of that subtest, which is indented further.
function repeats (lines: readonly string[], index: number, indent: string): boolean {
  const above = lines.slice(0, index).findLast(line => line.trim() !== '') ?? ''
  return above.startsWith(`${indent}    `) && !above.startsWith(`${indent}  ---`) && /^\s+(1\.\.|# |not ok|ok|\.\.\.)/.test(above) && indentOf(above) >= indent.length + 4
}

function path (lines: readonly string[], index: number, depth: number): string[] {
  const names: string[] = []
  let level = depth
  for (let at = index - 1; at >= 0 && level > 0; at--) {
    const [, name] = /^ *# Subtest: (.*)$/.exec(lines[at] ?? '') ?? []
    if (name !== undefined && indentOf(lines[at] ?? '') < level) {
      names.unshift(name)
      level = indentOf(lines[at] ?? '')
    }
  }
  return names.length === 0 ? [] : [names.join(' › ')]
}

function block (lines: readonly string[], index: number, indent: string): string[] {
  const end = lines[index + 1]?.trim() === '---' ? lines.findIndex((line, at) => at > index && line.trim() === '...') : index
  return lines.slice(index, end + 1).map(line => line.slice(indent.length))
}

function indentOf (line: string): number {
  return line.length - line.trimStart().length
}

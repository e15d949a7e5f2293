// What does a source file say? Read with the compiler's own parser, so that no string, comment or template passes for code.
import ts from 'typescript'

export interface Import {
  /** As written. */
  readonly specifier: string
  /** For a relative import: the file, from the root of the repository. */
  readonly file: string | null
  /** `*` for a namespace or a whole module, `default` for the default. */
  readonly names: readonly string[]
  /** Nothing of it is left at run time: `import type`, or a type written `import('…')`. */
  readonly typeOnly: boolean
  readonly reexported: boolean
}

export interface SourceFile {
  readonly path: string
  readonly lines: number
  readonly firstLine: string
  readonly imports: readonly Import[]
  /** Names of what the file did not make itself: `process`, `fetch`. No properties, no types, nothing that it declares or is handed. */
  readonly names: ReadonlySet<string>
  /** Accesses and calls by their text: `Date.now`, `new Date()`, `Date()`. */
  readonly expressions: ReadonlySet<string>
  /** Names of properties that are written into object literals. */
  readonly properties: ReadonlySet<string>
  readonly comments: readonly string[]
  /** Loopholes in the types: `any`, a cast by way of `unknown`. */
  readonly loopholes: readonly string[]
  /** Whether it declares or does anything of its own. */
  readonly substance: boolean
}

export function readSource (path: string, text: string): SourceFile {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS)
  const imports: Import[] = []
  const names = new Set<string>()
  const declared = new Set<string>()
  const expressions = new Set<string>()
  const properties = new Set<string>()
  const comments = new Map<number, string>()
  const loopholes: string[] = []

  const note = (specifier: string, found: readonly string[], typeOnly: boolean, reexported = false) => {
    imports.push({ specifier, file: fileOf(path, specifier), names: found, typeOnly, reexported })
  }

  const visit = (node: ts.Node): void => {
    for (const range of [...ts.getLeadingCommentRanges(text, node.pos) ?? [], ...ts.getTrailingCommentRanges(text, node.end) ?? []]) {
      comments.set(range.pos, text.slice(range.pos, range.end))
    }
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const clause = node.importClause
      note(node.moduleSpecifier.text, namesOf(clause), clause?.phaseModifier === ts.SyntaxKind.TypeKeyword)
      return
    }
    if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined && ts.isStringLiteral(node.moduleSpecifier)) {
      const clause = node.exportClause
      const exported = clause !== undefined && ts.isNamedExports(clause) ? clause.elements.map(element => (element.propertyName ?? element.name).text) : ['*']
      note(node.moduleSpecifier.text, exported, node.isTypeOnly, true)
      return
    }
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) note(node.argument.literal.text, ['*'], true)
    if (ts.isCallExpression(node) && (node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText() === 'require')) {
      const [argument] = node.arguments
      if (argument !== undefined && ts.isStringLiteralLike(argument)) note(argument.text, ['*'], false)
      else expressions.add('import(…)')
    }
    if (ts.isIdentifier(node) && isDeclared(node)) declared.add(node.text)
    else if (ts.isIdentifier(node) && isFree(node)) names.add(node.text)
    if (ts.isPropertyAccessExpression(node)) expressions.add(node.getText())
    if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && ts.isIdentifier(node.expression) && (node.arguments?.length ?? 0) === 0) {
      expressions.add(`${ts.isNewExpression(node) ? 'new ' : ''}${node.expression.text}()`)
    }
    if ((ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node)) && (ts.isIdentifier(node.name) || ts.isStringLiteral(node.name))) properties.add(node.name.text)
    if (node.kind === ts.SyntaxKind.AnyKeyword) loopholes.push('any')
    if (ts.isAsExpression(node) && ts.isAsExpression(node.expression)) loopholes.push(node.getText())
    node.getChildren(source).forEach(visit)
  }
  visit(source)

  const substance = source.statements.some(statement => !ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement))
  const lines = text.split('\n')
  return { path, lines: lines.length - (text.endsWith('\n') ? 1 : 0), firstLine: lines[0] ?? '', imports, names: new Set([...names].filter(name => !declared.has(name))), expressions, properties, comments: [...comments.values()], loopholes, substance }
}

function fileOf (from: string, specifier: string): string | null {
  return specifier.startsWith('.') ? new URL(specifier, `file:///${from}`).pathname.slice(1) : null
}

function namesOf (clause: ts.ImportClause | undefined): readonly string[] {
  if (clause === undefined) return ['*']
  const bindings = clause.namedBindings
  const named = bindings === undefined ? [] : ts.isNamedImports(bindings) ? bindings.elements.map(element => (element.propertyName ?? element.name).text) : ['*']
  return clause.name === undefined ? named : ['default', ...named]
}

function isDeclared (node: ts.Identifier): boolean {
  const { parent } = node
  return (ts.isParameter(parent) || ts.isVariableDeclaration(parent) || ts.isBindingElement(parent) || ts.isFunctionDeclaration(parent)) && parent.name === node
}

// `needs.fetch` and `{ fetch: … }` name a property of something that was handed in; `fetch` alone is the machine's own.
function isFree (node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent) || ts.isQualifiedName(parent)) return (ts.isPropertyAccessExpression(parent) ? parent.expression : parent.left) === node
  if (ts.isPropertyAssignment(parent) || ts.isMethodDeclaration(parent) || ts.isMethodSignature(parent) || ts.isPropertySignature(parent) || ts.isPropertyDeclaration(parent)) return parent.name !== node
  if (ts.isBindingElement(parent)) return parent.propertyName !== node
  return !ts.isTypeReferenceNode(parent) && !ts.isNamedTupleMember(parent)
}

/** What the house rules need to know of each source file, read from its syntax tree. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import ts from 'typescript'

/** @typedef {'value' | 'type' | 'dynamic' | 'worker'} ImportKind */
/** @typedef {{ line: number, kind: ImportKind, specifier: string, target?: string }} Import target: a path in src/ */
/** @typedef {{ line: number, text: string }} Word */
/** @typedef {{ path: string, lines: number, generated: boolean, imports: Import[], words: Word[], dice: number[] }} File */

/**
 * Every .ts file under `folder`, by its path from there.
 * @param {string} folder
 * @returns {Map<string, File>}
 */
export function readSources(folder) {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/'))
  return new Map(paths.filter((path) => path.endsWith('.ts')).map((path) => [path, readSource(folder, path)]))
}

/**
 * @param {string} folder
 * @param {string} path
 * @returns {File}
 */
function readSource(folder, path) {
  const text = readFileSync(join(folder, path), 'utf8')
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  /** @type {File} */
  const file = {
    path,
    lines: text.trimEnd().split('\n').length,
    generated: /^\/\/ @generated/m.test(text),
    imports: [],
    words: [],
    dice: [],
  }
  const visit = (/** @type {ts.Node} */ node) => {
    const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1
    const imported = importOf(node)
    if (imported) {
      const { kind, specifier } = imported
      const target = specifier.startsWith('.') ? { target: posix.join(posix.dirname(path), specifier) } : {}
      file.imports.push({ line, kind, specifier, ...target })
    }
    if (ts.isIdentifier(node) && !isTypeOfIterator(node)) file.words.push({ line, text: node.text })
    if (isDice(node)) file.dice.push(line)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return file
}

/**
 * @param {ts.Node} node
 * @returns {{ kind: ImportKind, specifier: string } | undefined}
 */
function importOf(node) {
  const named = (/** @type {ImportKind} */ kind, /** @type {ts.Node | undefined} */ path) =>
    path && ts.isStringLiteralLike(path) ? { kind, specifier: path.text } : undefined
  if (ts.isImportDeclaration(node)) return named(node.importClause?.isTypeOnly ? 'type' : 'value', node.moduleSpecifier)
  if (ts.isExportDeclaration(node)) return named(node.isTypeOnly ? 'type' : 'value', node.moduleSpecifier)
  if (ts.isImportTypeNode(node))
    return ts.isLiteralTypeNode(node.argument) ? named('type', node.argument.literal) : undefined
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return named('dynamic', node.arguments[0])
  const isUrl = ts.isNewExpression(node) && node.expression.getText() === 'URL'
  const worker = isUrl ? named('worker', node.arguments?.[0]) : undefined
  return worker && /^\.{1,2}\/.*\.ts$/.test(worker.specifier) ? worker : undefined
}

/**
 * TypeScript's own names for what `function*` returns.
 * @param {ts.Identifier} node
 */
const isTypeOfIterator = (node) => ts.isTypeReferenceNode(node.parent) && /^(Async)?Generator$/.test(node.text)

/** @param {ts.Node} node */
const isDice = (node) =>
  (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) &&
  /^Math(\.random|\[.random.\])$/.test(node.getText())

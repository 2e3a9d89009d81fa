/** src/ to dist/, which is replaced only once everything in the new one is right. */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, posix, relative } from 'node:path'
import ts from 'typescript'

/**
 * Compiles `root`/src as `root`/tsconfig.build.json says.
 * @param {string} root a folder with package.json, tsconfig.build.json and src/
 * @returns {string[]} what is wrong; when anything is, dist/ stays as it was
 */
export function build(root) {
  const { files, findings } = compile(root)
  if (findings.length > 0) return findings
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const broken = brokenPromises(manifest, files)
  if (broken.length > 0) return broken
  replaceFolder(join(root, 'dist'), files)
  for (const command of commandsOf(manifest)) chmodSync(join(root, command), 0o755)
  return []
}

/**
 * @param {string} root
 * @returns {{ files: Map<string, string>, findings: string[] }} files: path inside dist/ -> text
 */
function compile(root) {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} }
  const config = ts.getParsedCommandLineOfConfigFile(join(root, 'tsconfig.build.json'), {}, host)
  if (!config) return { files: new Map(), findings: [`${root} has no readable tsconfig.build.json`] }
  const program = ts.createProgram(config.fileNames, config.options)
  const files = new Map()
  /** @type {string[]} */
  const stranded = []
  const keep = (/** @type {string} */ path, /** @type {string} */ text) =>
    files.set(relative(join(root, 'dist'), path).replaceAll('\\', '/'), text)
  const before = [pointUrlsAtJavaScript(root, program, stranded)]
  const emitted = program.emit(undefined, keep, undefined, false, { before })
  const diagnostics = [...config.errors, ...ts.getPreEmitDiagnostics(program), ...emitted.diagnostics]
  const format = { getCurrentDirectory: () => root, getCanonicalFileName: String, getNewLine: () => '\n' }
  const faults = ts.sortAndDeduplicateDiagnostics(diagnostics).map((one) => ts.formatDiagnostic(one, format).trim())
  return { files, findings: [...faults, ...stranded] }
}

/**
 * TypeScript rewrites the endings of imports alone; a worker's `new URL('./entry.ts', import.meta.url)` is rewritten here.
 * Any other relative path to a .ts file would name nothing in dist/ and is reported.
 * @param {string} root
 * @param {ts.Program} program
 * @param {string[]} stranded receives the findings
 * @returns {ts.TransformerFactory<ts.SourceFile>}
 */
function pointUrlsAtJavaScript(root, program, stranded) {
  return (context) => (source) => {
    /** @type {ts.Visitor} */
    const visit = (node) => {
      if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node
      if (ts.isModuleDeclaration(node)) return node
      if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) return node
      if (isModuleUrl(node)) {
        const [path, base] = node.arguments
        const target =
          ts.isStringLiteral(path) && program.getSourceFile(posix.join(dirname(source.fileName), path.text))
        if (target) {
          const name = ts.factory.createStringLiteral(path.text.replace(/\.ts$/, '.js'), true)
          return ts.factory.updateNewExpression(node, node.expression, undefined, [name, base])
        }
      }
      if (namesSourceFile(node)) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart())
        const place = `${relative(root, source.fileName)}:${line + 1}`
        stranded.push(
          `${place}: ${node.getText()} names no file of dist/: write new URL('./name.ts', import.meta.url).`,
        )
      }
      return ts.visitEachChild(node, visit, context)
    }
    return ts.visitEachChild(source, visit, context)
  }
}

/**
 * `new URL(path, import.meta.url)`
 * @param {ts.Node} node
 * @returns {node is ts.NewExpression & { arguments: [ts.Expression, ts.Expression] }}
 */
const isModuleUrl = (node) =>
  ts.isNewExpression(node) &&
  node.expression.getText() === 'URL' &&
  node.arguments?.[1]?.getText() === 'import.meta.url'

/** @param {ts.Node} node a string or template such as './worker.ts' or `./${name}.ts` */
const namesSourceFile = (node) =>
  (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) && /^.\.{1,2}\/.*(?<!\.d)\.ts.$/.test(node.getText())

/** @typedef {{ bin?: Record<string, string>, exports?: Record<string, Record<string, string>> }} Manifest package.json */

/** @param {Manifest} manifest */
const commandsOf = ({ bin = {} }) => Object.values(bin)

/**
 * What package.json promises and the build does not have.
 * @param {Manifest} manifest
 * @param {Map<string, string>} files
 */
function brokenPromises(manifest, files) {
  const textOf = (/** @type {string} */ path) => files.get(path.replace(/^(\.\/)?dist\//, ''))
  const commands = commandsOf(manifest)
  const modules = Object.values(manifest.exports ?? {}).flatMap((conditions) => Object.values(conditions))
  const missing = [...commands, ...modules].filter((path) => textOf(path) === undefined)
  const mute = commands.filter((path) => textOf(path)?.startsWith('#!') === false)
  return [
    ...missing.map((path) => `package.json names ${path}, which has no source`),
    ...mute.map((path) => `package.json installs ${path}, whose source must start with #!/usr/bin/env node`),
  ]
}

/**
 * @param {string} folder
 * @param {Map<string, string>} files
 */
function replaceFolder(folder, files) {
  const fresh = `${folder}.new-${process.pid}`
  const old = `${folder}.old-${process.pid}`
  try {
    for (const [path, text] of files) {
      mkdirSync(dirname(join(fresh, path)), { recursive: true })
      writeFileSync(join(fresh, path), text)
    }
    if (existsSync(folder)) renameSync(folder, old)
    renameSync(fresh, folder)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
    rmSync(old, { recursive: true, force: true })
  }
}

/**
 * What TypeDoc does not know of this repository: names stand in the sections of src/index.ts and src/library.ts, which are comments
 * there; and what zod checks is described at run time, for help and error messages, not in comments.
 */
import { readFileSync } from 'node:fs'
import { Comment, CommentTag, Converter, DeclarationReflection, ReferenceType, ReflectionKind } from 'typedoc'
import ts from 'typescript'

const firstSection = 'Begin here'

/** @param {import('typedoc').Application} app */
export function load(app) {
  const sections = new Map(['index.ts', 'library.ts'].flatMap(readSections))
  app.on('bootstrapEnd', () => {
    app.options.setValue('defaultCategory', firstSection)
    app.options.setValue('categoryOrder', [firstSection, ...new Set(sections.values())])
  })
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => {
    putIntoSections(context.project, sections)
    describeSettings(context)
    leaveMethodsToOperations(context)
  })
}

/**
 * @param {import('typedoc').ProjectReflection} project
 * @param {ReadonlyMap<string, string>} sections
 */
function putIntoSections(project, sections) {
  const modules = project.getChildrenByKind(ReflectionKind.Module)
  for (const child of modules.flatMap(({ children = [] }) => children)) {
    const section = sections.get(child.name)
    if (section === undefined) continue
    child.comment ??= new Comment()
    child.comment.blockTags.push(new CommentTag('@category', [{ kind: 'text', text: section }]))
  }
}

/**
 * The settings of each recipe, which would fill pages, are left to `forger recipes`.
 * @param {import('typedoc').Context} context
 */
function describeSettings(context) {
  for (const property of context.project.getReflectionsByKind(ReflectionKind.Property)) {
    const description = descriptionIn(context.getSymbolFromReflection(property)?.declarations?.[0])
    if (description !== undefined) property.comment ??= new Comment([{ kind: 'text', text: description }])
    const type = property instanceof DeclarationReflection ? property.type : undefined
    if (!(type instanceof ReferenceType) || type.name !== 'Recipe') continue
    for (const settings of type.typeArguments ?? []) context.project.removeTypeReflections(settings)
    delete type.typeArguments
  }
}

/**
 * The operations that tensors have as methods are described once, as functions.
 * @param {import('typedoc').Context} context
 */
function leaveMethodsToOperations(context) {
  const fileOf = (/** @type {import('typedoc').Reflection} */ reflection) =>
    context.getSymbolFromReflection(reflection)?.declarations?.[0]?.getSourceFile()
  for (const tensor of context.project.getReflectionsByKind(ReflectionKind.ClassOrInterface)) {
    if (tensor.name !== 'Tensor' || !(tensor instanceof DeclarationReflection)) continue
    const methods = (tensor.children ?? []).filter((member) => fileOf(member) !== fileOf(tensor))
    for (const method of methods) context.project.removeReflection(method)
  }
}

/**
 * @param {string} file
 * @returns {[name: string, section: string][]} of everything that the file exports by name
 */
function readSections(file) {
  const text = readFileSync(new URL(`../src/${file}`, import.meta.url), 'utf8')
  const { statements } = ts.createSourceFile(file, text, ts.ScriptTarget.Latest)
  let section = firstSection
  return statements.flatMap((statement) => {
    section = /^\/\/ (.+?)\.?$/m.exec(text.slice(statement.pos, statement.end))?.[1] ?? section
    const clause = ts.isExportDeclaration(statement) ? statement.exportClause : undefined
    if (clause === undefined) return []
    const exported = ts.isNamespaceExport(clause) ? [clause] : [...clause.elements]
    return exported.map(({ name }) => /** @type {[string, string]} */ ([name.text, section]))
  })
}

/**
 * What `name: schema.describe('...')` or `name: schema.meta({ description: '...' })` say.
 * @param {ts.Declaration | undefined} declaration
 */
function descriptionIn(declaration) {
  if (!declaration || !ts.isPropertyAssignment(declaration)) return undefined
  if (!ts.isCallExpression(declaration.initializer)) return undefined
  const [given] = declaration.initializer.arguments
  const members = given && ts.isObjectLiteralExpression(given) ? [...given.properties] : []
  const described = members.filter(ts.isPropertyAssignment).find(({ name }) => name.getText() === 'description')
  const words = described?.initializer ?? given
  return words && ts.isStringLiteralLike(words) ? words.text : undefined
}

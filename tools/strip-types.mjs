/** TypeScript to JavaScript one file at a time, by erasing types. */
import { readFile } from 'node:fs/promises'
import module from 'node:module'
import { fileURLToPath } from 'node:url'

/** Whether this Node runs .ts files itself (22.18 and later). */
export const nodeRunsTypeScript = 'typescript' in process.features && Boolean(process.features.typescript)

/**
 * The JavaScript of a TypeScript file; imports keep their `.ts` endings.
 * @param {string} source
 * @returns {Promise<string>}
 */
export async function stripTypes(source) {
  if ('stripTypeScriptTypes' in module && typeof module.stripTypeScriptTypes === 'function')
    return module.stripTypeScriptTypes(source)
  const { default: ts } = await import('typescript')
  const { ESNext: target } = ts.ScriptTarget
  const compilerOptions = { target, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true }
  return ts.transpileModule(source, { compilerOptions }).outputText
}

/**
 * The hook that typescript-loader.mjs registers.
 * @param {string} url
 * @param {import('node:module').LoadHookContext} context
 * @param {(url: string, context: import('node:module').LoadHookContext) => Promise<import('node:module').LoadFnOutput>} nextLoad
 * @returns {Promise<import('node:module').LoadFnOutput>}
 */
export async function load(url, context, nextLoad) {
  if (!url.startsWith('file:') || !new URL(url).pathname.endsWith('.ts')) return nextLoad(url, context)
  const source = await stripTypes(await readFile(fileURLToPath(url), 'utf8'))
  return { format: 'module', source, shortCircuit: true }
}

/**
 * Starts the command line (`npm start` is `train`): from its TypeScript source where this Node runs TypeScript, else from
 * dist/, built first when it is missing or older than src/. All in this process, so that exit codes, signals and the
 * terminal are the command's own.
 */
import { existsSync, readdirSync, statSync } from 'node:fs'
import module from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { nodeRunsTypeScript } from './strip-types.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const source = join(root, 'src/cli/main.ts')
const built = join(root, 'dist/cli/main.js')

/** @param {string} path */
const changed = (path) => statSync(path).mtimeMs

function isStale() {
  if (!existsSync(built)) return true
  const entries = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  return entries.some((entry) => changed(join(root, 'src', entry)) > changed(built))
}

async function rebuild() {
  console.error(`Node ${process.versions.node} cannot run TypeScript: building dist/ first.`)
  const { build } = await import('./compile.mjs')
  const findings = build(root)
  for (const finding of findings) console.error(finding)
  if (findings.length > 0) process.exit(1)
}

if (!nodeRunsTypeScript && isStale()) await rebuild()

// Node 22 and later keep compiled code between starts.
if ('enableCompileCache' in module && typeof module.enableCompileCache === 'function') module.enableCompileCache()

const main = nodeRunsTypeScript ? source : built
process.argv[1] = main
await import(pathToFileURL(main).href)

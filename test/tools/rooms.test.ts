import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { brokenRules, floors } from '../../tools/house-rules.mjs'
import { makeTree, repository, runNode } from './tree.ts'

const folders: string[] = []
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })))

function project(files: Record<string, string>): string {
  const folder = makeTree(files)
  folders.push(folder)
  return folder
}

const complaints = (files: Record<string, string>): string[] => brokenRules(project(files))

describe('the check', () => {
  const command = join(repository, 'tools/rooms.mjs')

  it('ends with status 0 where no rule is broken', () => {
    const folder = project({ 'src/tensor/a.ts': 'export const a = 1' })
    expect(runNode(command, folder)).toEqual({ status: 0, output: 'The rooms are in order.\n' })
  })

  it('ends with status 1, the places and their number', () => {
    const { status, output } = runNode(command, project({ 'src/tensor/dice.ts': 'Math.random()\nMath.random()' }))
    expect(status).toBe(1)
    expect(output).toContain('src/tensor/dice.ts:2: Math.random')
    expect(output).toContain('Broken house rules: 2\n')
  })
})

describe('the rooms', () => {
  it('are in order when every file keeps to what stands below it', () => {
    const found = complaints({
      'src/tensor/tensor.ts': 'export type Shape = number[]',
      'src/tensor/errors.ts': 'export class UserError extends Error {}',
      'src/nn/dense.ts': `import type { Shape } from '../tensor/tensor.ts'\nexport const dense = (shape: Shape) => shape`,
      'src/runtime/program.ts': 'export interface Program {}',
      'src/gan/loop.ts': `import type { Program } from '../runtime/program.ts'\nexport type Loop = Program`,
      'src/data/idx.ts': `import { UserError } from '../tensor/errors.ts'\nthrow new UserError()`,
      'src/wasm/threads-node.ts': `import { Worker } from 'node:worker_threads'\nnew Worker(new URL('./worker-node.ts', import.meta.url))`,
      'src/wasm/worker-node.ts': `import { parentPort } from 'node:worker_threads'\nexport { parentPort }`,
      'src/tensor/walk.ts': 'export function* walk(): Generator<number> { yield 1 }',
      'src/index.ts': `export const threads = () => import('./wasm/threads-node.ts')`,
    })
    expect(found).toEqual([])
  })

  it.each([
    ['tensor', 'kernels', 'tensor may not import ../kernels/b.ts; it sees no other room'],
    ['kernels', 'wasm', 'kernels may not import ../wasm/b.ts; it sees tensor'],
    ['onnx', 'kernels', 'onnx may not import ../kernels/b.ts; it sees tensor'],
    ['nn', 'optim', 'nn may not import ../optim/b.ts; it sees tensor'],
    ['gan', 'onnx', 'gan may not import ../onnx/b.ts; it sees tensor, nn, optim, runtime, data'],
    ['data', 'tensor', 'data may not import ../tensor/b.ts; it sees tensor/errors.ts'],
    ['recipes', 'runtime', 'recipes may not import ../runtime/b.ts'],
    ['files', 'runs', 'files may not import ../runs/b.ts; it sees tensor/errors.ts'],
    ['evaluation', 'report', 'evaluation may not import ../report/b.ts'],
    ['report', 'training', 'report may not import ../training/b.ts'],
    ['runs', 'cli', 'runs may not import ../cli/b.ts'],
    ['cli', 'server', 'cli may not import ../server/b.ts'],
  ])('%s may not import %s', (room, other, complaint) => {
    const found = complaints({
      [`src/${room}/a.ts`]: `\nimport { b } from '../${other}/b.ts'\nexport const a = b`,
      [`src/${other}/b.ts`]: 'export const b = 1',
    })
    expect(found).toEqual([expect.stringContaining(`src/${room}/a.ts:2: ${complaint}`)])
  })

  it.each([
    ['a type', `export type A = import('../kernels/b.ts').B`],
    ['a re-export', `export * from '../kernels/b.ts'`],
    ['a dynamic import', `export const a = () => import('../kernels/b.ts')`],
    ['a worker', `export const a = () => new Worker(new URL('../kernels/b.ts', import.meta.url))`],
  ])('see %s as an import too', (_, text) => {
    const found = complaints({ 'src/tensor/a.ts': text, 'src/kernels/b.ts': 'export type B = 1' })
    expect(found).toEqual([expect.stringContaining('tensor may not import ../kernels/b.ts')])
  })

  it('see only rooms before them', () => {
    const names = Object.keys(floors)
    for (const [floor, seen] of Object.values(floors).entries()) {
      if (seen === 'all') continue
      for (const name of seen) expect(names.slice(0, floor)).toContain(name.split('/')[0])
    }
  })

  it('are those of the plan, and nothing outside src/', () => {
    const found = complaints({ 'src/helpers/a.ts': '', 'src/nn/b.ts': `import '../../bench/c.ts'` })
    expect(found).toEqual([
      'src/helpers/a.ts:1: no room is called helpers',
      'src/nn/b.ts:1: imports ../../bench/c.ts, which is outside src/',
    ])
  })
})

describe('the sub-rooms', () => {
  const importing = (from: string, to: string) => ({
    [`src/runs/${from}`]: `import { b } from '../${to}'\nexport const a = b`,
    [`src/runs/${to}`]: 'export const b = 1',
  })

  it('see those before them', () => {
    expect(complaints(importing('opening/a.ts', 'options/b.ts'))).toEqual([])
    const root = { 'src/runs/a.ts': `export * from './samples/b.ts'`, 'src/runs/samples/b.ts': 'export const b = 1' }
    expect(complaints(root)).toEqual([])
  })

  it.each(['opening/b.ts', 'b.ts'])('do not see what comes after them: %s', (path) => {
    expect(complaints(importing('folder/a.ts', path))).toEqual([
      `src/runs/folder/a.ts:1: runs/folder may not import ../${path}; of runs it sees options`,
    ])
  })

  it('may stand on files beside them, which see nothing of theirs', () => {
    const nn = (from: string, to: string) => ({
      [`src/nn/${from}`]: `import { b } from '${from.includes('/') ? '..' : '.'}/${to}'\nexport const a = b`,
      [`src/nn/${to}`]: 'export const b = 1',
    })
    expect(complaints(nn('basic/a.ts', 'layer.ts'))).toEqual([])
    expect(complaints(nn('index.ts', 'basic/b.ts'))).toEqual([])
    expect(complaints(nn('layer.ts', 'basic/b.ts'))).toEqual([
      'src/nn/layer.ts:1: nn/layer.ts may not import ./basic/b.ts; of nn it sees itself alone',
    ])
    expect(complaints(nn('basic/a.ts', 'other.ts'))).toEqual([
      'src/nn/basic/a.ts:1: nn/basic may not import ../other.ts; of nn it sees layer.ts, mapping.ts, children.ts, initializers.ts',
    ])
  })

  it('are those of the plan, where a room has any', () => {
    expect(complaints({ 'src/runs/helpers/a.ts': '', 'src/optim/helpers/a.ts': '' })).toEqual([
      'src/runs/helpers/a.ts:1: no sub-room of runs is called helpers; there are options, folder, opening, samples',
    ])
  })

  it('are made of a folder of more than 20 files', () => {
    const many = (folder: string, count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`src/${folder}/a${index}.ts`, '']))
    expect(complaints({ ...many('optim', 20), ...many('runs/options', 21) })).toEqual([
      'src/runs/options:1: holds 21 files; 20 is the most: divide it into sub-rooms',
    ])
  })
})

describe('a circle', () => {
  it('of files is shown as its path, types included', () => {
    const found = complaints({
      'src/nn/a.ts': `import { b } from './b.ts'\nexport const a = b\nexport type A = 1`,
      'src/nn/b.ts': `import { c } from './c.ts'\nexport const b = c`,
      'src/nn/c.ts': `import type { A } from './a.ts'\nexport const c: A = 1`,
    })
    expect(found).toEqual(['src/nn/a.ts:1: imports itself: nn/a.ts -> nn/b.ts -> nn/c.ts -> nn/a.ts'])
  })

  it('is none where two files import a third', () => {
    const diamond = {
      'src/nn/a.ts': `import './b.ts'\nimport './c.ts'`,
      'src/nn/b.ts': `import './d.ts'`,
      'src/nn/c.ts': `import './d.ts'`,
      'src/nn/d.ts': '',
    }
    expect(complaints(diamond)).toEqual([])
  })
})

describe('what a page loads', () => {
  it.each(['node:fs', 'fs', 'sharp', 'onnxruntime-node', 'commander', './threads-node.ts'])('imports no %s', (name) => {
    const found = complaints({ 'src/wasm/a.ts': `import '${name}'`, 'src/wasm/threads-node.ts': '' })
    expect(found).toEqual([expect.stringContaining(`src/wasm/a.ts:1: imports ${name}, but wasm runs in pages`)])
  })

  it('includes what its rooms pull in from others, but not their types', () => {
    const found = complaints({
      'src/browser.ts': `export * from './recipes/mlp.ts'`,
      'src/recipes/mlp.ts': `import { load } from '../data/images.ts'\nimport type { F } from '../data/folder.ts'\nexport type M = F\nload()`,
      'src/data/images.ts': `import sharp from 'sharp'\nexport const load = sharp`,
      'src/data/folder.ts': `import { readFile } from 'node:fs'\nexport type F = typeof readFile`,
    })
    expect(found).toEqual([
      'src/data/images.ts:1: imports sharp, but a page loads it through recipes/mlp.ts: ' +
        'move it to a file ending in -node.ts behind an interface',
    ])
  })

  it('may not be left to a late import either', () => {
    const found = complaints({
      'src/baselines/a.ts': `export const load = () => import('../data/idx-node.ts')`,
      'src/data/choose.ts': `export const load = () => import('./idx-node.ts')`,
      'src/data/idx-node.ts': '',
    })
    expect(found).toEqual([
      `src/baselines/a.ts:1: import('../data/idx-node.ts') is allowed in index.ts, cli, data alone`,
    ])
  })
})

describe('the engine', () => {
  it.each(['generator', 'realDiscriminator', 'GAN_LOSS', 'generatorLoss'])('has no identifier like %s', (name) => {
    expect(complaints({ 'src/optim/a.ts': `export const ${name} = 1` })).toEqual([
      `src/optim/a.ts:1: ${name} is a word of GANs; the engine has none of them`,
    ])
  })

  it.each(['organ', 'began', 'generate'])('may say %s', (name) => {
    expect(complaints({ 'src/optim/a.ts': `export const ${name} = 1 // a generator's` })).toEqual([])
  })

  it('alone is bound so: the game names its players', () => {
    expect(complaints({ 'src/gan/a.ts': 'export const generator = 1' })).toEqual([])
  })
})

describe('every file', () => {
  it.each(['Math.random()', `Math['random']()`, 'const draw = Math.random'])('draws no %s', (text) => {
    expect(complaints({ 'src/cli/a.ts': `// Math.random\n${text}` })).toEqual([
      'src/cli/a.ts:2: Math.random cannot be repeated: draw from the seeded generator',
    ])
  })

  it('has at most 400 lines, unless a tool wrote it', () => {
    const lines = (count: number) => 'export {}\n'.repeat(count)
    const found = complaints({
      'src/nn/a.ts': lines(400),
      'src/nn/b.ts': lines(401),
      'src/onnx/onnx_pb.ts': `// @generated by protoc-gen-es\n${lines(500)}`,
    })
    expect(found).toEqual(['src/nn/b.ts:401: has 401 lines; split it, 400 is the most'])
  })
})

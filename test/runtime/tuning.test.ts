import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Access, Block } from '../../src/kernels/nest.ts'
import { readNotes, writeNotes } from '../../src/runtime/machine-notes-node.ts'
import { createTuner } from '../../src/runtime/tuning.ts'
import type { KnownTilings } from '../../src/runtime/tuning.ts'
import type { Product } from '../../src/wasm/orientation.ts'
import { wasmTarget } from '../../src/wasm/target.ts'
import { defaultTiling, isSound } from '../../src/wasm/tiling.ts'
import { candidates } from '../../src/wasm/tune.ts'

const matrix = (name: string, rows: number, columns: number): Access => {
  const block: Block = { name, dtype: 'f32', size: rows * columns, role: 'external', values: [] }
  return { block, offset: 0, strides: [columns, 1] }
}

const product = (m: number, n: number, k: number): Product => ({
  windows: null,
  batch: [],
  m,
  n,
  k,
  a: matrix('a', m, k),
  b: matrix('b', k, n),
  body: { values: [{ kind: 'produced', dtype: 'f32' }], stores: [{ value: 0, access: matrix('c', m, n) }] },
})

const narrow = wasmTarget(128)

/** A tuner that may not use relaxed instructions, so that every Node can time. */
const tuner = (known: KnownTilings, budgetMs: number, remember: (known: KnownTilings) => void) =>
  createTuner(known, narrow, true, budgetMs, remember)

describe('the tuner', () => {
  it('offers tilings that fit the scratch memory, the rule among them, for products of any size', () => {
    for (const [m, n, k] of [
      [1, 1, 1],
      [5, 3, 2000],
      [128, 784, 1024],
      [1024, 784, 128],
      [4000, 16, 7],
    ]) {
      for (const target of [wasmTarget(128), wasmTarget(256)]) {
        const offered = candidates(product(m, n, k), target)
        expect(offered.every(isSound)).toBe(true)
        expect(offered[0]).toEqual(defaultTiling({ m, n, k }, target))
      }
    }
  })

  it('times a product once, remembers what it chose, and chooses it again', () => {
    const remembered: KnownTilings[] = []
    const choose = tuner({}, 1000, (known) => remembered.push(known))
    const big = product(128, 256, 128)
    const chosen = choose(big)
    expect(candidates(big, narrow)).toContainEqual(chosen)
    expect(Object.values(remembered[0])).toEqual([chosen])
    expect(choose(big)).toEqual(chosen)
    expect(remembered).toHaveLength(1)
  })

  it('believes what it is told', () => {
    let known: KnownTilings = {}
    tuner({}, 1000, (found) => (known = found))(product(128, 256, 128))
    const [key] = Object.keys(known)
    const told = { ...known[key], rows: 12 }
    expect(tuner({ [key]: told }, 0, () => {})(product(128, 256, 128))).toEqual(told)
  })

  it('follows the rule where the time is used up, and for products that are not worth it', () => {
    const remember = vi.fn<(known: KnownTilings) => void>()
    expect(tuner({}, 0, remember)(product(128, 256, 128))).toEqual(defaultTiling({ m: 128, n: 256, k: 128 }, narrow))
    expect(tuner({}, 1000, remember)(product(8, 8, 8))).toEqual(defaultTiling({ m: 8, n: 8, k: 8 }, narrow))
    expect(remember).not.toHaveBeenCalled()
  })
})

describe('notes about the machine', () => {
  const before = process.env.XDG_CACHE_HOME
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'forger-notes-'))
    process.env.XDG_CACHE_HOME = folder
  })
  afterEach(() => {
    if (before === undefined) delete process.env.XDG_CACHE_HOME
    else process.env.XDG_CACHE_HOME = before
    rmSync(folder, { recursive: true })
  })

  const tilings = { some: defaultTiling({ m: 10, n: 10, k: 10 }, narrow) }

  it('are read as they were written', () => {
    writeNotes({ bits: 256, tilings })
    expect(readNotes()).toEqual({ bits: 256, tilings })
  })

  it.each([
    ['no JSON', '{"tilings": {'],
    ['another form', '[]'],
    ['a width that there is not', JSON.stringify({ bits: 512, tilings })],
    ['a tiling that does not fit', JSON.stringify({ tilings: { some: { ...tilings.some, rows: 6_000_000 } } })],
    ['a tiling with a part missing', JSON.stringify({ tilings: { some: { ...tilings.some, columns: undefined } } })],
  ])('are forgotten where the file holds %s', (_, text) => {
    writeNotes({ bits: 128, tilings })
    const [file] = readdirSync(join(folder, 'forger'))
    writeFileSync(join(folder, 'forger', file), text)
    expect(readNotes()).toEqual({ tilings: {} })
  })

  it('are done without where the folder cannot be made', () => {
    rmSync(folder, { recursive: true })
    writeFileSync(folder, 'a file in the way')
    expect(() => writeNotes({ bits: 128, tilings })).not.toThrow()
    expect(readNotes()).toEqual({ tilings: {} })
    rmSync(folder)
    mkdirSync(folder)
  })
})

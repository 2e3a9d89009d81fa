import { bodyAccesses } from '../kernels/merge.ts'
import { bytesOf } from '../kernels/nest.ts'
import type { Block } from '../kernels/nest.ts'
import type { Target } from '../kernels/target.ts'
import { contractKernel } from './contract.ts'
import { createModule } from './emit.ts'
import type { Product } from './orientation.ts'
import { defaultTiling, scratchBytes } from './tiling.ts'
import type { Tiling } from './tiling.ts'

/** A memory of its own, in which products are timed without touching anybody's state. */
export interface TestBench {
  /** Milliseconds of one product on one thread: the best of several runs. */
  time(product: Product, tiling: Tiling): number
}

/** Runs until V8 has replaced the code of its quick compiler; then what is timed. */
const warmUpMs = 12
const timedRuns = 5

export function testBench(strict: boolean, target: Target): TestBench {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536 })
  return {
    time(product, tiling) {
      const { addressOf, top } = placeBlocks(product)
      const pages = Math.ceil((top + scratchBytes) / 65536) + 1
      const missing = pages - memory.buffer.byteLength / 65536
      if (missing > 0) memory.grow(missing)
      const module = createModule({ memory: { initial: 1, maximum: 65536, shared: false } })
      const { tiles, name } = contractKernel(
        module,
        new Map(),
        'product',
        product,
        { strict, target, addressOf },
        tiling,
      )
      const instance = new WebAssembly.Instance(new WebAssembly.Module(module.bytes()), { env: { memory } })
      const kernel = instance.exports[name]
      if (typeof kernel !== 'function') throw new Error('a kernel that is not exported')
      const run = () => {
        const start = performance.now()
        for (let tile = 0; tile < tiles; tile++) kernel(tile, top)
        return performance.now() - start
      }
      for (let spent = 0; spent < warmUpMs;) spent += run()
      return Math.min(...Array.from({ length: timedRuns }, run))
    },
  }
}

function placeBlocks({ a, b, body }: Product): { addressOf(block: Block): number; top: number } {
  const addresses = new Map<Block, number>()
  let top = 1024
  for (const { block } of [a, b, ...bodyAccesses(body)]) {
    if (addresses.has(block)) continue
    addresses.set(block, top)
    top = Math.ceil((top + block.size * bytesOf(block.dtype)) / 64) * 64
  }
  return { addressOf: (block) => addresses.get(block) ?? 0, top }
}

/** What is worth trying for a product; the first is the rule's own choice. */
export function candidates(product: Product, target: Target): Tiling[] {
  const rule = defaultTiling(product, target)
  const isWide = target.lanes > 4
  const few = { ...rule, registers: 4, vectors: isWide ? rule.vectors : 3 }
  const shapes: Tiling[] = [
    rule,
    fit({ ...rule, rows: 264, columns: 16 }, product),
    fit({ ...rule, rows: 48, columns: 112 }, product),
    fit({ ...few, columns: isWide ? rule.columns : 48 }, product),
  ]
  const distinct = new Map(shapes.map((tiling) => [JSON.stringify(tiling), tiling]))
  return [...distinct.values()]
}

/** Rows and columns as multiples of the registers', no more than the product has. */
function fit(tiling: Tiling, { m, n }: Product): Tiling {
  const panel = tiling.vectors * 4
  const upTo = (wished: number, extent: number, multiple: number) =>
    Math.ceil(Math.min(wished, extent) / multiple) * multiple
  return { ...tiling, rows: upTo(tiling.rows, m, tiling.registers), columns: upTo(tiling.columns, n, panel) }
}

import v8 from 'node:v8'
import { call, createModule, forRange, get, i32, op } from '../wasm/emit.ts'
import { microKernel } from '../wasm/micro.ts'
import type { VectorBits } from '../wasm/target.ts'

/** Since when V8 can join pairs of 128-bit operations to 256 bits; the flag is read whenever code is compiled. */
const firstWithWideVectors = 22
const nodeMajor = Number(process.versions.node.split('.')[0])

const join = (on: boolean): void => {
  if (nodeMajor >= firstWithWideVectors) v8.setFlagsFromString(`--${on ? '' : 'no-'}experimental-wasm-revectorize`)
}

/** Node 20 has relaxed vector instructions behind a flag. */
export function allowRelaxedInstructions(): void {
  if (nodeMajor < firstWithWideVectors) v8.setFlagsFromString('--experimental-wasm-relaxed-simd')
}

/** Sets the width for all code that is compiled from now on. */
export const setVectorWidth = (bits: VectorBits): void => join(bits === 256)

/**
 * The width at which a product runs faster here, found by timing one at both and checking the wide one's result against the
 * narrow one's. Takes about a tenth of a second.
 */
export function fastestVectorWidth(strict: boolean): VectorBits {
  if (nodeMajor < firstWithWideVectors) return 128
  join(false)
  const narrow = timeProduct(strict, 2)
  join(true)
  const wide = timeProduct(strict, 4)
  const agree = narrow.sums.every((sum, i) => sum === wide.sums[i])
  const bits = agree && wide.gigaflops > narrow.gigaflops ? 256 : 128
  join(bits === 256)
  return bits
}

const rows = 6
const depth = 256
const repeats = 40
const columns = 16

/** One micro-kernel over and over: its speed on one thread, and the sums it leaves. */
export function timeProduct(strict: boolean, vectors: 2 | 4): { gigaflops: number; sums: number[] } {
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 2 })
  const module = createModule({ memory: { initial: 2, maximum: 2, shared: false } })
  const panel = vectors * 4
  const [a, b, c] = [0, rows * depth * 4, (rows + columns) * depth * 4]
  const micro = microKernel(module, new Map(), strict, {
    rows,
    vectors,
    rowStride: depth,
    aDepthStride: 1,
    bDepthStride: columns,
    columns,
    unroll: 4,
    remainder: 0,
    first: true,
  })
  module.function('run', { params: [], results: [], export: true }, (f) => {
    const turn = f.local('i32')
    const column = f.local('i32')
    return forRange(
      turn,
      i32(0),
      i32(repeats),
      1,
      forRange(
        column,
        i32(0),
        i32(columns * 4),
        panel * 4,
        call(micro, i32(a), op('i32.add', i32(b), get(column)), op('i32.add', i32(c), get(column)), i32(depth)),
      ),
    )
  })
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.bytes()), { env: { memory } })
  const { run } = instance.exports
  if (typeof run !== 'function') throw new Error('a probe without run')
  // Small whole numbers: every order of adding gives the same sums.
  new Float32Array(memory.buffer, 0, (rows + columns) * depth).forEach((_, i, all) => (all[i] = (i % 7) - 3))
  const timed = () => {
    const start = performance.now()
    run()
    return performance.now() - start
  }
  for (let spent = 0; spent < 25;) spent += timed()
  const ms = Math.min(...Array.from({ length: 10 }, timed))
  const sums = [...new Float32Array(memory.buffer, c, rows * columns)]
  return { gigaflops: (2 * rows * columns * depth * repeats) / ms / 1e6, sums }
}

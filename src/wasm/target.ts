import { sumOrder } from '../kernels/target.ts'
import type { Target } from '../kernels/target.ts'

/** WebAssembly has vectors of 128 bits, pairs of which V8 can join to 256. */
export type VectorBits = 128 | 256

/** WebAssembly, with vectors that are as wide in the end, on the processors of today. */
export const wasmTarget = (bits: VectorBits): Target => ({
  lanes: bits / 32,
  registers: 16,
  // 32 KB, the least that today's processors have.
  cache: { line: 64, sets: 64, ways: 8 },
  points: { panel: 16, depth: 64 },
  limits: {
    // V8 limits how long a function may be, and how many local variables it may have.
    operations: 300,
    // A quarter of the largest tile (tiling.ts).
    rowElements: 16384,
  },
  worth: { repeating: 1024, phase: 4 * 2 ** 20 },
  sums: sumOrder,
})

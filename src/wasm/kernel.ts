import { op, seq, set, tee, get } from './emit.ts'
import type { Code, FunctionContext, FunctionHandle, Signature } from './emit.ts'

/** A generated function `(tile, scratch)` that does one of `tiles` independent pieces of a kernel's work. */
export interface Kernel {
  readonly name: string
  readonly tiles: number
  readonly handle: FunctionHandle
}

/** `(tile, scratch)`; exported, so that a profile can time one kernel alone. */
export const kernelSignature: Signature = { params: ['i32', 'i32'], results: [], export: true }

/** Splits `count` into tiles of about `wished` units, each a multiple of `multiple` but for the last. */
export function tilesFor(count: number, wished: number, multiple: number): { tiles: number; perTile: number } {
  const pieces = Math.max(1, Math.round(count / wished))
  const perTile = Math.ceil(count / pieces / multiple) * multiple
  return { tiles: Math.ceil(count / perTile), perTile }
}

/** The smaller of two signed integers. */
export function minimum(f: FunctionContext, a: Code, b: Code): Code {
  const x = f.local('i32')
  const y = f.local('i32')
  return seq(set(x, a), op('select', get(x), tee(y, b), op('i32.lt_s', get(x), get(y))))
}

import { isFunction } from '../simplify/match.ts'
import type { Tensor } from '../tensor.ts'
import { apply } from './apply.ts'
import type { Family } from './function.ts'

export const casts: Family<'castF32' | 'castI32'> = {
  castF32: {
    operands: ['like'],
    accepts: ['i32', 'u8', 'bool'],
    gives: 'f32',
    reference: (a) => a,
    derivative: null,
    simplify: (x) => castOfSmall(x, 'f32'),
  },
  castI32: {
    operands: ['like'],
    accepts: ['f32', 'u8', 'bool'],
    gives: 'i32',
    // Numbers that i32 cannot hold become the nearest that it can, NaN becomes 0: what WebAssembly's saturating conversion does.
    reference: (a) => Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.trunc(a))),
    derivative: null,
    simplify: (x) => castOfSmall(x, 'i32'),
  },
}

/** The same values as another type; f32 to i32 drops the fraction, bool gives 0 and 1. */
export function cast(x: Tensor, dtype: 'f32' | 'i32'): Tensor {
  if (x.dtype === dtype) return x
  return dtype === 'f32' ? apply('castF32', casts.castF32, [x]) : apply('castI32', casts.castI32, [x])
}

/** Every number of u8 and bool is one of f32 and of i32, so that a type between two casts changes nothing. */
function castOfSmall(x: Tensor, dtype: 'f32' | 'i32'): Tensor | null {
  if (!isFunction(x, 'castF32') && !isFunction(x, 'castI32')) return null
  const [source] = x.inputs
  return source.dtype === 'u8' || source.dtype === 'bool' ? cast(source, dtype) : null
}

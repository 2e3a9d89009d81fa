import { sameShape } from '../shape.ts'
import { makeTensor, shapeError } from '../tensor.ts'
import type { Tensor } from '../tensor.ts'

/** Rows of a table: table[n, ...], indices i32 [m] -> [m, ...]. Indices outside 0 ... n - 1 are clamped to it. */
export function gather(table: Tensor, indices: Tensor): Tensor {
  if (table.shape.length === 0 || indices.dtype !== 'i32' || indices.shape.length !== 1) {
    throw shapeError('gather', [table, indices], 'needs a table with rows and i32 [m] indices')
  }
  return makeTensor({ kind: 'gather' }, [table, indices], [indices.shape[0], ...table.shape.slice(1)], table.dtype)
}

/** Sums rows into `size` slots: indices i32 [m], updates f32 [m, ...] -> [size, ...]. Indices outside 0 ... size - 1 are clamped to it. */
export function scatterAdd(indices: Tensor, updates: Tensor, size: number): Tensor {
  if (indices.dtype !== 'i32' || updates.dtype !== 'f32' || !sameShape(indices.shape, updates.shape.slice(0, 1))) {
    throw shapeError('scatterAdd', [indices, updates], 'needs i32 [m] indices and f32 [m, ...] updates')
  }
  return makeTensor({ kind: 'scatterAdd', size }, [indices, updates], [size, ...updates.shape.slice(1)], 'f32')
}

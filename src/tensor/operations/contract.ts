import { sameShape } from '../shape.ts'
import { makeTensor, shapeError } from '../tensor.ts'
import type { Tensor } from '../tensor.ts'

/** Matrix product [..., m, k] x [..., k, n] -> [..., m, n]; the leading axes must be equal. */
export function matmul(a: Tensor, b: Tensor): Tensor {
  if (a.dtype !== 'f32' || b.dtype !== 'f32') throw shapeError('matmul', [a, b], 'takes f32')
  if (a.shape.length < 2 || a.shape.length !== b.shape.length)
    throw shapeError('matmul', [a, b], 'needs two equally deep matrices')
  const batch = a.shape.slice(0, -2)
  const [m, k] = a.shape.slice(-2)
  const [rows, n] = b.shape.slice(-2)
  if (k !== rows) throw shapeError('matmul', [a, b], `the inner sizes ${k} and ${rows} differ`)
  if (!sameShape(batch, b.shape.slice(0, -2))) throw shapeError('matmul', [a, b], 'the batch sizes differ')
  return makeTensor({ kind: 'matmul' }, [a, b], [...batch, m, n], 'f32')
}

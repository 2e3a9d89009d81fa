import { reshape } from '../../tensor/operations/index.ts'
import type { Tensor } from '../../tensor/tensor.ts'

/** [batch, n] for samples of several axes: [batch, 1, ..., n]. */
export const perSample = (vectors: Tensor, { shape }: Tensor): Tensor =>
  reshape(vectors, [vectors.shape[0], ...shape.slice(1, -1).map(() => 1), vectors.shape[1]])

import { square } from '../tensor/composite.ts'
import { gradients } from '../tensor/grad.ts'
import { mul, sum } from '../tensor/operations/index.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** What the discriminator pays for the slope of its logits, so that it stays smooth around the samples. */
export interface Penalty {
  /** What reports and records call it. */
  readonly name: string
  /** Which samples it looks at. */
  readonly on: 'real' | 'fake'
  /** A scalar from the slopes: the gradient of every sample's logit by that sample, [batch, ...]. */
  value(slopes: Tensor): Tensor
}

/** gamma / 2 * E |grad D(x)|^2 over real samples (Mescheder et al. 2018). */
export const r1 = (gamma: number): Penalty => ({ name: 'r1', on: 'real', value: halfSquaredLength(gamma) })

/** gamma / 2 * E |grad D(G(z))|^2 over fakes. */
export const r2 = (gamma: number): Penalty => ({ name: 'r2', on: 'fake', value: halfSquaredLength(gamma) })

const halfSquaredLength = (gamma: number) => (slopes: Tensor) => mul(sum(square(slopes)), gamma / 2 / slopes.shape[0])

/**
 * The gradient of every sample's logit by that sample, as the gradient of their sum: a logit depends on its own sample
 * alone, or, after batch normalization, nearly so.
 */
export const slopesOf = (logits: Tensor, samples: Tensor): Tensor => gradients(sum(logits), [samples])[0]

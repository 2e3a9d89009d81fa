import { UserError } from '../tensor/errors.ts'
import { factorOf } from './statistics/cholesky.ts'
import type { Moments } from './statistics/moments.ts'
import { symmetricEigenvalues } from './statistics/symmetric-eigen.ts'
import { productOfColumns } from './statistics/product-of-columns.ts'

/**
 * The Fréchet distance of Heusel et al. 2017 (FID, in whatever features the moments are of): between Gaussians with these means and
 * covariances,
 *
 *     |m1 - m2|^2 + tr S1 + tr S2 - 2 tr (S1 S2)^(1/2).
 *
 * The last trace is the sum of the roots of the eigenvalues of S1 S2. With S1 = F F^T these are the eigenvalues of F^T S2 F, which is
 * symmetric, so none is lost to complex numbers, nor to an iteration that stops early. Throws a UserError where sizes differ.
 */
export function frechetDistance(a: Moments, b: Moments): number {
  if (a.size !== b.size) {
    throw new UserError(
      `Features of ${a.size} and of ${b.size} numbers cannot be compared; take both from one network.`,
    )
  }
  const { size } = a
  const { factor, rank } = factorOf(a.covariance, size)
  const products = productOfColumns(factor, productOfColumns(b.covariance, factor, size, size, rank), size, rank, rank)
  const roots = symmetricEigenvalues(products, rank).reduce((sum, value) => sum + Math.sqrt(Math.max(value, 0)), 0)
  const apart = a.mean.reduce((sum, value, i) => sum + (value - b.mean[i]) ** 2, 0)
  return apart + trace(a) + trace(b) - 2 * roots
}

function trace({ size, covariance }: Moments): number {
  let sum = 0
  for (let i = 0; i < size; i++) sum += covariance[i * size + i]
  return sum
}

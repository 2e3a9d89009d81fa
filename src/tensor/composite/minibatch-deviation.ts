import { moments } from '../composite.ts'
import { add, broadcast, concat, mean, reshape, sqrt } from '../operations/index.ts'
import { range } from '../shape.ts'
import { shapeError } from '../tensor.ts'
import type { Tensor } from '../tensor.ts'
import { requireWhole } from './images.ts'

/**
 * One more feature (last axis) that says how much the samples of a group differ (Karras et al. 2018, section 3): the
 * deviation over the group of every element, averaged over all elements, the same number everywhere. As in the authors'
 * code, sample i is in group i mod (batch / groupSize), and 1e-8 is added to the variance. [batch, ..., n] -> [batch, ..., n + 1].
 * The batch must be a multiple of the group size, or smaller, and is then one group.
 */
export function minibatchStandardDeviation(x: Tensor, groupSize = 4): Tensor {
  const operation = 'minibatchStandardDeviation'
  if (x.shape.length < 2) throw shapeError(operation, [x], 'needs an axis of features behind the batch')
  requireWhole(operation, x, 'group size', groupSize)
  const [batch, ...sample] = x.shape
  const size = Math.min(groupSize, batch)
  if (batch % size !== 0) throw shapeError(operation, [x], `the batch does not divide into groups of ${size}`)
  const { variance } = moments(reshape(x, [size, batch / size, ...sample]), { axes: [0], keep: true })
  const axes = range(sample.length + 2).slice(2)
  const statistic = mean(sqrt(add(variance, 1e-8)), { axes, keep: true })
  const feature = broadcast(statistic, [size, batch / size, ...sample.slice(0, -1), 1])
  return concat([x, reshape(feature, [batch, ...sample.slice(0, -1), 1])], -1)
}

import { add, mul, sum } from '../../tensor/operations/index.ts'
import { dense } from '../basic/dense.ts'
import { embedding } from '../basic/embedding.ts'
import { applyChildren, initializeChildren } from '../children.ts'
import type { Child } from '../children.ts'
import { glorotUniform } from '../initializers.ts'
import type { Layer } from '../layer.ts'
import { classesIn, requireClasses } from './class-field.ts'

/** How a projection is built. */
export interface ProjectionOptions {
  /** What is done to both of its parts, such as `spectralNorm`; default nothing. */
  readonly wrap?: (part: Layer) => Layer
}

/**
 * The last layer of a projection discriminator (Miyato and Koyama 2018): a dense unit, and the inner product of the
 * features with a learned vector of their class. [batch, n] -> [batch, 1] with `score.weight` [n, 1], `score.bias` [1] and
 * `embedding.weight` [classes, n].
 */
export function projection(classes: number, { wrap = (part) => part }: ProjectionOptions = {}): Layer {
  const score: Child = { name: 'score', layer: wrap(dense(1)) }
  const embeddingOf = (features: number): Child => ({
    name: 'embedding',
    layer: wrap(embedding(classes, features, glorotUniform)),
  })
  return {
    name: 'projection',
    mixesBatch: false,
    init(inputShape, random, given) {
      requireClasses(given, classes, 'projection')
      const made = initializeChildren(random, given)
      const shape = made.init(score, inputShape)
      made.init(embeddingOf(inputShape[0]), [])
      return made.initialized(shape)
    },
    apply(variables, x, mode) {
      const traced = applyChildren(variables, mode)
      const logit = traced.apply(score, x)
      const own = traced.apply(embeddingOf(x.shape[1]), classesIn(mode, 'projection'))
      return traced.applied(add(logit, sum(mul(own, x), { axes: [1], keep: true })))
    },
  }
}

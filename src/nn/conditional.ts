import { oneHot } from '../tensor/composite.ts'
import { UserError } from '../tensor/errors.ts'
import { add, broadcast, concat, constant, gather, mul, reshape, sum } from '../tensor/operations/index.ts'
import { shapeError } from '../tensor/tensor.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { batchNorm } from './batch-norm.ts'
import type { BatchNormOptions } from './batch-norm.ts'
import { applyChild, initChild } from './children.ts'
import type { Child } from './children.ts'
import { dense } from './dense.ts'
import { embedding } from './embedding.ts'
import { glorotUniform } from './initializers.ts'
import { noVariables } from './layer.ts'
import type { Layer, Mode } from './layer.ts'

/**
 * Appends the class to the last axis: a 1 in its own place and zeros in those of the others (Mirza and Osindero 2014).
 * Vectors [batch, n] become [batch, n + classes]; images get as many constant planes.
 */
export const concatenation = (classes: number): Layer => ({
  name: 'concatenation',
  mixesBatch: false,
  init(shape) {
    if (shape.length === 0) throw shapeError('concatenation', [shape], 'needs an axis to append to')
    return { ...noVariables, shape: [...shape.slice(0, -1), shape[shape.length - 1] + classes] }
  },
  apply(_variables, x, mode) {
    const code = oneHot(indicesIn(mode, classes, 'concatenation'), classes)
    const planes = broadcast(perSample(code, x), [...x.shape.slice(0, -1), classes])
    return { output: concat([x, planes], -1), buffers: {} }
  },
})

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
    init(inputShape, random) {
      const first = initChild(score, inputShape, random)
      const second = initChild(embeddingOf(inputShape[0]), [], random)
      return {
        parameters: { ...first.parameters, ...second.parameters },
        buffers: { ...first.buffers, ...second.buffers },
        shape: first.shape,
      }
    },
    apply(variables, x, mode) {
      const first = applyChild(score, variables, x, mode)
      const indices = indicesIn(mode, classes, 'projection')
      const second = applyChild(embeddingOf(x.shape[1]), variables, indices, mode)
      return {
        output: add(first.output, sum(mul(second.output, x), { axes: [1], keep: true })),
        buffers: { ...first.buffers, ...second.buffers },
      }
    },
  }
}

/**
 * Batch normalization with a scale and a shift of each class's own (de Vries et al. 2017): parameters [classes, features].
 * All classes share the statistics of the batch.
 */
export function conditionalBatchNorm(classes: number, options: BatchNormOptions = {}): Layer {
  const shared = batchNorm(options)
  return {
    name: 'conditionalBatchNorm',
    mixesBatch: true,
    init(inputShape, random) {
      const { buffers, shape } = shared.init(inputShape, random)
      const filled = (value: number) => broadcast(constant(value), [classes, ...shape.slice(-1)])
      return { parameters: { scale: filled(1), shift: filled(0) }, buffers, shape }
    },
    apply({ parameters, buffers }, x, mode) {
      const asItIs = { scale: constant(1), shift: constant(0) }
      const normal = shared.apply({ parameters: asItIs, buffers }, x, mode)
      const indices = indicesIn(mode, classes, 'conditionalBatchNorm')
      const own = (table: Tensor) => perSample(gather(table, indices), x)
      return { output: add(mul(normal.output, own(parameters.scale)), own(parameters.shift)), buffers: normal.buffers }
    },
  }
}

/** [batch, n] for samples of several axes: [batch, 1, ..., n]. */
const perSample = (vectors: Tensor, { shape }: Tensor): Tensor =>
  reshape(vectors, [vectors.shape[0], ...shape.slice(1, -1).map(() => 1), vectors.shape[1]])

/** The class numbers of a batch. Throws a UserError where there are none, or another number of classes. */
function indicesIn({ labels }: Mode, classes: number, name: string): Tensor {
  if (!labels)
    throw new UserError(`The layer ${name} depends on classes; give the game a condition of ${classes} classes.`)
  if (labels.classes === classes) return labels.indices
  throw new UserError(`The layer ${name} is made for ${classes} classes; the game has ${labels.classes}.`)
}

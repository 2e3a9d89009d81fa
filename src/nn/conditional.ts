import { oneHot } from '../tensor/composite.ts'
import { UserError } from '../tensor/errors.ts'
import type { Fields } from '../tensor/fields.ts'
import { add, broadcast, concat, constant, gather, mul, reshape, sum } from '../tensor/operations/index.ts'
import { shapeError } from '../tensor/tensor.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { batchNorm } from './batch-norm.ts'
import type { BatchNormOptions } from './batch-norm.ts'
import { applyChildren, initializeChildren } from './children.ts'
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
  init(shape, _random, given) {
    requireClasses(given, classes, 'concatenation')
    if (shape.length === 0) throw shapeError('concatenation', [shape], 'needs an axis to append to')
    return { ...noVariables, shape: [...shape.slice(0, -1), shape[shape.length - 1] + classes] }
  },
  apply(_variables, x, mode) {
    const code = oneHot(classesIn(mode, 'concatenation'), classes)
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

/**
 * Batch normalization with a scale and a shift of each class's own (de Vries et al. 2017): parameters [classes, features].
 * All classes share the statistics of the batch.
 */
export function conditionalBatchNorm(classes: number, options: BatchNormOptions = {}): Layer {
  const shared = batchNorm(options)
  return {
    name: 'conditionalBatchNorm',
    mixesBatch: true,
    init(inputShape, random, given) {
      requireClasses(given, classes, 'conditionalBatchNorm')
      const { buffers, shape } = shared.init(inputShape, random)
      const filled = (value: number) => broadcast(constant(value), [classes, ...shape.slice(-1)])
      return { parameters: { scale: filled(1), shift: filled(0) }, buffers, shape }
    },
    apply({ parameters, buffers }, x, mode) {
      const asItIs = { scale: constant(1), shift: constant(0) }
      const normal = shared.apply({ parameters: asItIs, buffers }, x, mode)
      const indices = classesIn(mode, 'conditionalBatchNorm')
      const own = (table: Tensor) => perSample(gather(table, indices), x)
      return { output: add(mul(normal.output, own(parameters.scale)), own(parameters.shift)), buffers: normal.buffers }
    },
  }
}

/** [batch, n] for samples of several axes: [batch, 1, ..., n]. */
const perSample = (vectors: Tensor, { shape }: Tensor): Tensor =>
  reshape(vectors, [vectors.shape[0], ...shape.slice(1, -1).map(() => 1), vectors.shape[1]])

/** The class numbers of a batch, i32 [batch]. Throws a UserError where there are none. */
function classesIn({ given }: Mode, name: string): Tensor {
  if (Object.hasOwn(given, 'class')) return given.class
  throw new UserError(`The layer ${name} depends on classes, but the batch was given none.`)
}

/** Throws a UserError where a batch is given no classes, or another number of them. */
function requireClasses(given: Fields | undefined, classes: number, name: string): void {
  const field = given?.class
  if (field === undefined)
    throw new UserError(`The layer ${name} depends on classes; give the game a condition of ${classes} classes.`)
  if (field.kind !== 'whole' || field.count !== classes) {
    const had = field.kind === 'whole' ? field.count : 'numbers in place of'
    throw new UserError(`The layer ${name} is made for ${classes} classes; the game has ${had}.`)
  }
}

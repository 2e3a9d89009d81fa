import { softmax } from '../../tensor/composite.ts'
import { UserError } from '../../tensor/errors.ts'
import type { Fields } from '../../tensor/fields.ts'
import { broadcast, iota, lessEqual, matmul, mul, reshape, transpose, where } from '../../tensor/operations/index.ts'
import { sizeOf } from '../../tensor/shape.ts'
import { shapeError } from '../../tensor/tensor.ts'
import type { Shape, Tensor } from '../../tensor/tensor.ts'
import { applyChildren, initializeChildren } from '../children.ts'
import type { Child } from '../children.ts'
import { fieldOf } from '../conditional/field-of.ts'
import { given as fieldLayer } from '../conditional/given.ts'
import { glorotUniform, zeros } from '../initializers.ts'
import type { Layer } from '../layer.ts'
import { pointwise } from '../basic/pointwise.ts'

/** How attention is built. */
export interface AttentionOptions {
  /** Size of the queries and keys of each head. */
  readonly keySize: number
  /** Size of the values of each head; default `keySize`. */
  readonly valueSize?: number
  /** How many times attention is paid side by side, by other projections; default 1. */
  readonly heads?: number
  /**
   * What attention is paid to: the name of a field of numbers that the batch is given, or a layer of x, as
   * `stack([given('words'), embedding(words, size)])`. Default x itself.
   */
  readonly to?: string | Layer
  /** Whether each element sees itself and those before it alone, as in writing; default false. */
  readonly causal?: boolean
  /** Whether projections have a bias; default true. */
  readonly bias?: boolean
  /** What is done to the four projections, such as `spectralNorm`; default nothing. */
  readonly wrap?: (projection: Layer) => Layer
}

/** What masked scores are: exp of it is 0, and no infinity meets itself. */
const never = -1e9

/**
 * Scaled dot-product attention of several heads (Vaswani et al. 2017): softmax(query . key / sqrt(keySize)) of
 * values, over x or over another sequence. x is a sequence [length, features] or an image [h, w, channels], whose
 * pixels are a sequence row by row; so is what attention is paid to, and the output has the shape of x. Put
 * `residual` around it. Variables are `query`, `key`, `value` and `output`, each with weight and bias, which begin
 * as in PyTorch (uniform by Glorot, and 0), and 'to....'.
 */
export function attention(options: AttentionOptions): Layer {
  const { keySize, valueSize = keySize, heads = 1, to, causal = false, bias = true, wrap = (part) => part } = options
  if (![keySize, valueSize, heads].every((count) => Number.isInteger(count) && count >= 1)) {
    throw new UserError(
      `Attention of ${heads} heads with keys of ${keySize} and values of ${valueSize} makes no sense; give whole numbers from 1 on.`,
    )
  }
  if (causal && to !== undefined)
    throw new UserError('Attention to another sequence cannot be causal; leave out one of causal and to.')
  const child = (name: string, units: number): Child => ({
    name,
    layer: wrap(pointwise(units, { bias, initializer: glorotUniform, biasInitializer: zeros })),
  })
  const [query, key, value] = [
    child('query', heads * keySize),
    child('key', heads * keySize),
    child('value', heads * valueSize),
  ]
  const outputOf = (features: number) => child('output', features)
  const other: Child | null =
    to === undefined ? null : { name: 'to', layer: typeof to === 'string' ? fieldLayer(to) : to }

  return {
    name: 'attention',
    mixesBatch: other?.layer.mixesBatch === true,
    init(inputShape, random, given) {
      const own = sequenceShape(inputShape)
      if (typeof to === 'string') requireNumbers(to, given)
      const made = initializeChildren(random, given)
      const context = other === null ? own : sequenceShape(made.init(other, inputShape))
      made.init(query, own)
      made.init(key, context)
      made.init(outputOf(own[1]), made.init(value, context))
      return made.initialized(inputShape)
    },
    apply(variables, x, mode) {
      const traced = applyChildren(variables, mode)
      const own = sequenceOf(x)
      const context = other === null ? own : sequenceOf(traced.apply(other, x))
      const [queries, keys, values] = [
        inHeads(mul(traced.apply(query, own), 1 / Math.sqrt(keySize)), heads),
        inHeads(traced.apply(key, context), heads),
        inHeads(traced.apply(value, context), heads),
      ]
      const scores = matmul(queries, transpose(keys))
      const weights = softmax(causal ? masked(scores) : scores)
      const mixed = transpose(matmul(weights, values), [0, 2, 1, 3])
      const output = traced.apply(outputOf(own.shape[2]), reshape(mixed, [...own.shape.slice(0, 2), heads * valueSize]))
      return traced.applied(reshape(output, x.shape))
    },
  }
}

/** [length, features] of a sequence, or of the pixels of an image. */
function sequenceShape(shape: Shape): Shape {
  if (shape.length === 2 || shape.length === 3) return [sizeOf(shape.slice(0, -1)), shape[shape.length - 1]]
  throw shapeError('attention', [shape], 'takes sequences [length, features] and images [height, width, channels]')
}

const sequenceOf = (x: Tensor): Tensor => reshape(x, [x.shape[0], ...sequenceShape(x.shape.slice(1))])

/** [batch, length, heads * size] -> [batch, heads, length, size]. */
const inHeads = (x: Tensor, heads: number): Tensor =>
  transpose(reshape(x, [x.shape[0], x.shape[1], heads, -1]), [0, 2, 1, 3])

/** Scores [..., length, length] without those of later elements. */
function masked(scores: Tensor): Tensor {
  const length = scores.shape[scores.shape.length - 1]
  const isPast = lessEqual(iota(length), reshape(iota(length), [length, 1]))
  return where(broadcast(isPast, scores.shape), scores, never)
}

function requireNumbers(name: string, fields: Fields | undefined): void {
  if (fieldOf('attention', name, fields).kind === 'numbers') return
  const wanted = `stack([given('${name}'), embedding(count, size)])`
  throw new UserError(`Attention cannot be paid to the whole numbers of the field ${name}; give { to: ${wanted} }.`)
}

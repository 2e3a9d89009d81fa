import { softmax } from '../../tensor/composite.ts'
import { maxPool } from '../../tensor/composite/index.ts'
import { add, constant, matmul, mul, reshape, transpose } from '../../tensor/operations/index.ts'
import { shapeError } from '../../tensor/tensor.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { Variables } from '../../tensor/tree.ts'
import { applyChildren, initializeChildren } from '../children.ts'
import type { Child } from '../children.ts'
import { glorotUniform } from '../initializers.ts'
import type { Layer } from '../layer.ts'
import { pointwise } from '../basic/pointwise.ts'

/** How self-attention is built. */
export interface SelfAttentionOptions {
  /** Size of queries and keys; default an eighth of the channels, as in the paper. */
  readonly keySize?: number
  /** Size of the values; default half of the channels, as in the authors' code. */
  readonly valueSize?: number
  /** Height and width of the windows in which keys and values are pooled (their largest); default 1, not at all. The authors take 2. */
  readonly pool?: number
  /** What is done to the four projections, such as `spectralNorm`; default nothing. */
  readonly wrap?: (projection: Layer) => Layer
}

/**
 * x + gamma * attention(x), every pixel a mixture of all (Zhang et al. 2019, SAGAN): [h, w, channels] keeps its shape. Weights
 * softmax(query . key), not scaled, over all pixels (of the pooled image); projections without bias; gamma starts at 0.
 * Parameters `query.weight`, `key.weight`, `value.weight`, `output.weight`, `gamma` [].
 */
export function selfAttention(options: SelfAttentionOptions = {}): Layer {
  const { keySize, valueSize, pool = 1, wrap = (projection) => projection } = options
  const childrenFor = (channels: number) => {
    const child = (name: string, units: number): Child => ({
      name,
      layer: wrap(pointwise(units, { bias: false, initializer: glorotUniform })),
    })
    return {
      query: child('query', keySize ?? share(channels, 8)),
      key: child('key', keySize ?? share(channels, 8)),
      value: child('value', valueSize ?? share(channels, 2)),
      output: child('output', channels),
    }
  }
  return {
    name: 'selfAttention',
    mixesBatch: false,
    init(shape, random, given) {
      if (shape.length !== 3) throw shapeError('selfAttention', [shape], 'takes images [height, width, channels]')
      const { query, key, value, output } = childrenFor(shape[2])
      const made = initializeChildren(random, given)
      const values = made.init(value, shape)
      for (const child of [query, key]) made.init(child, shape)
      made.init(output, values)
      const { parameters, buffers } = made.initialized(shape)
      return { parameters: { ...inOrder(parameters), gamma: constant(0) }, buffers: inOrder(buffers), shape }
    },
    apply(variables, x, mode) {
      const children = childrenFor(x.shape[3])
      const traced = applyChildren(variables, mode)
      const [query, key, value] = [children.query, children.key, children.value].map((child) => traced.apply(child, x))
      const pooled = (image: Tensor) => (pool === 1 ? image : maxPool(image, { kernel: pool }))
      const [keys, values] = [key, value].map((projected) => pixelsOf(pooled(projected)))
      const weights = softmax(matmul(pixelsOf(query), transpose(keys)))
      const mixed = matmul(weights, values)
      const output = traced.apply(children.output, reshape(mixed, [...x.shape.slice(0, 3), -1]))
      return traced.applied(add(x, mul(output, variables.parameters.gamma)))
    },
  }
}

/** Checkpoints list variables in this order, which is not the one in which they are drawn. */
const inOrder = (variables: Variables): Variables =>
  Object.fromEntries(
    ['query.', 'key.', 'value.', 'output.'].flatMap((prefix) =>
      Object.entries(variables).filter(([name]) => name.startsWith(prefix)),
    ),
  )

/** A part of the channels, and one at least. */
const share = (channels: number, part: number): number => Math.max(1, Math.floor(channels / part))

/** [batch, h, w, channels] -> [batch, h * w, channels]. */
const pixelsOf = (x: Tensor): Tensor => reshape(x, [x.shape[0], -1, x.shape[3]])

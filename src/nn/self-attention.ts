import { softmax } from '../tensor/composite.ts'
import { maxPool } from '../tensor/composite/index.ts'
import { add, constant, matmul, mul, reshape, transpose } from '../tensor/operations/index.ts'
import { shapeError } from '../tensor/tensor.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Variables } from '../tensor/tree.ts'
import { applyChild, initChild } from './children.ts'
import type { Child } from './children.ts'
import { glorotUniform } from './initializers.ts'
import type { Layer } from './layer.ts'
import { pointwise } from './pointwise.ts'

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
    init(shape, random) {
      if (shape.length !== 3) throw shapeError('selfAttention', [shape], 'takes images [height, width, channels]')
      const { query, key, value, output } = childrenFor(shape[2])
      const values = initChild(value, shape, random)
      const parts = [initChild(query, shape, random), initChild(key, shape, random), values]
      const all = [...parts, initChild(output, values.shape, random)]
      return {
        parameters: { ...merged(all.map(({ parameters }) => parameters)), gamma: constant(0) },
        buffers: merged(all.map(({ buffers }) => buffers)),
        shape,
      }
    },
    apply(variables, x, mode) {
      const children = childrenFor(x.shape[3])
      const project = (child: Child, input: Tensor) => applyChild(child, variables, input, mode)
      const [query, key, value] = [children.query, children.key, children.value].map((child) => project(child, x))
      const pooled = (image: Tensor) => (pool === 1 ? image : maxPool(image, { kernel: pool }))
      const [keys, values] = [key, value].map(({ output }) => pixelsOf(pooled(output)))
      const weights = softmax(matmul(pixelsOf(query.output), transpose(keys)))
      const mixed = matmul(weights, values)
      const output = project(children.output, reshape(mixed, [...x.shape.slice(0, 3), -1]))
      return {
        output: add(x, mul(output.output, variables.parameters.gamma)),
        buffers: merged([query, key, value, output].map(({ buffers }) => buffers)),
      }
    },
  }
}

/** A part of the channels, and one at least. */
const share = (channels: number, part: number): number => Math.max(1, Math.floor(channels / part))

const merged = (records: readonly Variables[]): Variables =>
  Object.fromEntries(records.flatMap((record) => Object.entries(record)))

/** [batch, h, w, channels] -> [batch, h * w, channels]. */
const pixelsOf = (x: Tensor): Tensor => reshape(x, [x.shape[0], -1, x.shape[3]])

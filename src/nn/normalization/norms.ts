import { moments, normalize, square } from '../../tensor/composite.ts'
import type { Moments } from '../../tensor/composite.ts'
import { broadcast, input, mean, reshape, sub } from '../../tensor/operations/index.ts'
import { range } from '../../tensor/shape.ts'
import { named, shapeError } from '../../tensor/tensor.ts'
import type { Origin, Tensor } from '../../tensor/tensor.ts'
import { initAffine, normalizeAffine } from './affine.ts'
import type { Layer } from '../layer.ts'

/** What is added to a variance, and what follows the normalization of single samples. */
export interface NormOptions {
  /** Whether every feature (last axis) has a learned scale and shift. */
  readonly affine?: boolean
  /** Added to the variance; default 1e-5. */
  readonly epsilon?: number
}

/** Which elements of a sample are normalized together. */
export interface LayerNormOptions extends NormOptions {
  /** The whole sample, as in convolutional critics (Gulrajani et al. 2017), or the features of each pixel; default 'sample'. */
  readonly over?: 'sample' | 'features'
}

/** Layer normalization (Ba et al. 2016): mean 0 and variance 1 within a sample, then a learned scale and shift. */
export const layerNorm = ({ over = 'sample', ...options }: LayerNormOptions = {}): Layer =>
  normalizing(
    'layerNorm',
    { affine: true, ...options },
    {
      momentsOf: (x) => moments(x, { axes: range(x.shape.length).slice(over === 'sample' ? 1 : -1), keep: true }),
      originOf: (inputs, epsilon) => {
        const axis = over === 'sample' ? 1 : inputs[0].shape.length - 1
        return { name: 'layerNormalization', inputs, attributes: { axis, epsilon } }
      },
    },
  )

/**
 * Group normalization (Wu and He 2018): mean 0 and variance 1 within a sample and each of `groups` runs of neighbouring
 * features, then a learned scale and shift.
 */
export const groupNorm = (groups: number, options: NormOptions = {}): Layer =>
  normalizing(
    'groupNorm',
    { affine: true, ...options },
    {
      momentsOf: (x) => groupMoments(x, groups),
      originOf: (inputs, epsilon) => ({ name: 'groupNormalization', inputs, attributes: { groups, epsilon } }),
    },
  )

/**
 * Instance normalization (Ulyanov et al. 2016): mean 0 and variance 1 within each feature of a sample, over its pixels.
 * As in PyTorch, nothing is learned unless `affine` asks for it.
 */
export const instanceNorm = (options: NormOptions = {}): Layer =>
  normalizing(
    'instanceNorm',
    { affine: false, ...options },
    {
      momentsOf: (x) => {
        if (x.shape.length < 3) throw shapeError('instanceNorm', [x], 'needs pixels to normalize over')
        return moments(x, { axes: range(x.shape.length).slice(1, -1), keep: true })
      },
      originOf: (inputs, epsilon) => ({ name: 'instanceNormalization', inputs, attributes: { epsilon } }),
    },
  )

function groupMoments(x: Tensor, groups: number): Moments {
  const [batch, features] = [x.shape[0], x.shape[x.shape.length - 1]]
  if (!Number.isInteger(features / groups) || groups < 1)
    throw shapeError('groupNorm', [x], `its ${features} features do not divide into ${groups} groups`)
  const pixels = range(x.shape.length).slice(1, -1)
  // Over the pixels first, which leaves little to do by group: runs of few neighbours are the slower loop.
  const groupMean = (t: Tensor): Tensor => {
    const ofFeatures = reshape(mean(t, { axes: pixels }), [batch, groups, -1])
    const ofGroups = mean(ofFeatures, { axes: [2], keep: true })
    return reshape(broadcast(ofGroups, ofFeatures.shape), [batch, ...pixels.map(() => 1), features])
  }
  const center = groupMean(x)
  return { mean: center, variance: groupMean(square(sub(x, center))) }
}

/** Which numbers are normalized together. */
interface Normalization {
  momentsOf(x: Tensor): Moments
  /** What it is called where it is known by name. */
  originOf(inputs: readonly Tensor[], epsilon: number): Origin
}

/** A layer that normalizes samples one by one, so that learning and use are the same. */
function normalizing(name: string, options: NormOptions, { momentsOf, originOf }: Normalization): Layer {
  const { affine = true, epsilon = 1e-5 } = options
  return {
    name,
    mixesBatch: false,
    init(shape) {
      if (shape.length === 0) throw shapeError(name, [shape], 'needs an axis of features')
      momentsOf(input('sample', [1, ...shape]))
      return { parameters: affine ? initAffine(shape[shape.length - 1]) : {}, buffers: {}, shape }
    },
    apply({ parameters }, x) {
      const statistics = momentsOf(x)
      const end = affine ? normalizeAffine(x, statistics, parameters, epsilon) : normalize(x, statistics, epsilon)
      const inputs = affine ? [x, parameters.scale, parameters.shift] : [x]
      return { output: named(originOf(inputs, epsilon), end), buffers: {} }
    },
  }
}

import type { ImageShape } from '../../data/source.ts'
import { batchNorm, conv2d, dense, dropout, flatten, heNormal, maxPool, relu, stack } from '../../nn/index.ts'
import { applyChildren, initializeChildren } from '../../nn/children.ts'
import type { Layer, LayerVariables, Mode, Randomness } from '../../nn/layer.ts'
import { UserError } from '../../tensor/errors.ts'
import { range } from '../../tensor/shape.ts'
import type { Tensor } from '../../tensor/tensor.ts'

/** What numbers that were measured with it are named after. */
export const lenetName = 'forger-lenet'

/** To be raised with every change of what a trained network is, so that those of before are forgotten. */
export const lenetVersion = 1

/** How many features an image has. */
export const lenetFeatures = 128

/** A network that tells what an image is of. */
export interface LeNet {
  /** Traces the first values of its variables. */
  init(random: Randomness): LayerVariables
  /** Traces what it makes of images [batch, height, width, channels] from 0 to 1. */
  apply(variables: LayerVariables, images: Tensor, mode: Mode): LeNetView
}

/** What a network makes of a batch. */
interface LeNetView {
  /** The layer before the logits, [batch, lenetFeatures]. */
  readonly features: Tensor
  /** [batch, classes]. */
  readonly logits: Tensor
  /** The running statistics after that. */
  readonly buffers: LayerVariables['buffers']
}

const smallestSide = 8
/** Larger images are for networks that know more of the world. */
const mostSide = 128
const firstChannels = 16
const mostChannels = 64

/**
 * Convolutions and pooling after LeCun et al. 1998, "Gradient-based learning applied to document recognition", with what was found
 * since: rectifiers, batch normalization, dropout. Throws a UserError for images that are too small or too large.
 */
export function lenet(shape: ImageShape, classes: number): LeNet {
  const body = { name: 'body', layer: bodyFor(shape) }
  const head = { name: 'head', layer: stack([dropout(0.25), dense(classes)]) }
  return {
    init(random) {
      const made = initializeChildren(random)
      // Without its shape, which is no variable.
      const { parameters, buffers } = made.initialized(made.init(head, made.init(body, shape)))
      return { parameters, buffers }
    },
    apply(variables, images, mode) {
      const traced = applyChildren(variables, mode)
      const features = traced.apply(body, images)
      const { output: logits, buffers } = traced.applied(traced.apply(head, features))
      return { features, logits, buffers }
    },
  }
}

/** Whether it sees images of that shape. */
export const isSeenByLenet = ([height, width]: ImageShape): boolean =>
  Math.min(height, width) >= smallestSide && Math.max(height, width) <= mostSide

/** Images are halved until they have about 8 pixels a side. */
function bodyFor(shape: ImageShape): Layer {
  const [height, width] = shape
  const side = Math.min(height, width)
  if (!isSeenByLenet(shape)) {
    throw new UserError(
      `${lenetName} sees images with sides of ${smallestSide} to ${mostSide} pixels, not ${height} x ${width}; resize them.`,
    )
  }
  const halvings = Math.max(1, Math.ceil(Math.log2(side / smallestSide)))
  const channels = range(halvings + 1).map((level) => Math.min(firstChannels * 2 ** level, mostChannels))
  return stack([
    ...channels.flatMap((units, level) => [
      conv2d(units, { kernel: level === 0 ? 5 : 3, padding: 'same', ...beforeNorm }),
      // Before the normalization, which then has a quarter of the numbers to go through.
      ...(level < halvings ? [maxPool({ kernel: 2 })] : []),
      batchNorm(),
      relu(),
    ]),
    flatten(),
    dropout(0.1),
    dense(lenetFeatures, beforeNorm),
    batchNorm(),
    relu(),
  ])
}

/** What a normalization would subtract again, a layer in front of it does not add. */
const beforeNorm = { bias: false, initializer: heNormal() } as const

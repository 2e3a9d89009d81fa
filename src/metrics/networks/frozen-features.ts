import type { OnnxModel, OnnxWeight } from '../../onnx/read/model.ts'
import type { DataRange } from '../../tensor/fields.ts'
import { add, div, literal } from '../../tensor/operations/index.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { Variables } from '../../tensor/tree.ts'
import { networkInput, requireFittingChannels } from './network-input.ts'
import type { ImageRules } from './network-input.ts'

/** Which features of a network count, and how it is shown images. */
export interface FrozenFeatureOptions extends ImageRules {
  /** Values of the graph by their names; default its outputs. */
  readonly outputs?: readonly string[]
  /** The range of the images that it is shown; default 'signed'. */
  readonly imageRange?: DataRange
}

/**
 * The features that a network from an ONNX file makes of images, as part of what is traced, so that a loss can be differentiated through
 * it: for the term `perceptual`. Its weights are constants of the step (about a second of compiling for a million of them). It is shown
 * images at their own size, unless it takes one size alone or `size` says another. Throws a UserError where the network and the images
 * do not fit.
 */
export function frozenFeatures(
  model: OnnxModel,
  { outputs, imageRange = 'signed', ...rules }: FrozenFeatureOptions = {},
): (images: Tensor) => Variables {
  const names = outputs ?? model.outputs.map(({ name }) => name)
  const weights = new Map<OnnxWeight, Tensor>()
  const weightOf = (weight: OnnxWeight): Tensor => {
    const known = weights.get(weight)
    if (known !== undefined) return known
    const traced = literal(Array.from(weight.values()), weight.shape)
    weights.set(weight, traced)
    return traced
  }
  return (images) => {
    const [, height, width, channels] = images.shape
    const { shape, prepare } = networkInput(model, { size: [height, width], ...rules })
    requireFittingChannels([height, width, channels], shape[0])
    const unit = imageRange === 'unit' ? images : div(add(images, 1), 2)
    const features = model.apply([prepare(unit)], weightOf, names)
    return Object.fromEntries(names.map((name, index) => [name, features[index]]))
  }
}

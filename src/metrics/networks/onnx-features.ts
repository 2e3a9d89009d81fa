import type { ImageShape } from '../../data/source.ts'
import { readOnnx } from '../../onnx/read/model.ts'
import type { OnnxModel, OnnxReadOptions, OnnxWeight } from '../../onnx/read/model.ts'
import { compile } from '../../runtime/compile.ts'
import { write } from '../../runtime/device.ts'
import type { Device } from '../../runtime/device.ts'
import { UserError } from '../../tensor/errors.ts'
import { input, reshape } from '../../tensor/operations/index.ts'
import { showShape } from '../../tensor/tensor.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { FeatureExtractor } from './feature-extractor.ts'
import { forwardPass } from './forward-pass.ts'
import { inTurn } from '../statistics/on-device.ts'
import { requireFittingChannels, networkInput } from './network-input.ts'
import type { ImageRules } from './network-input.ts'

/** A feature network from a file. */
export interface OnnxFeatureOptions extends ImageRules, OnnxReadOptions {
  /** What numbers that are measured with it are named after. */
  readonly name: string
  /** Which value of the graph the features are; default the first output. It must be [batch, n] or [batch, n, 1, 1]. */
  readonly output?: string
  /** How many images it sees at a time, where the file does not say; default 16. */
  readonly batch?: number
}

/**
 * The features that a network in an ONNX file makes of images. It stays on the device as long as that. Throws UserError where the
 * file cannot be read, its rules for images are not known, or what it gives is not one row of features per image.
 */
export function createOnnxFeatures(device: Device, bytes: Uint8Array, options: OnnxFeatureOptions): FeatureExtractor {
  const model = readOnnx(bytes, options)
  const { shape, prepare: prepareImages } = networkInput(model, options)
  const batch = batchOf(model, options)
  const name = options.output ?? model.outputs[0].name
  const weights = new Map<OnnxWeight, Tensor>()
  const weightOf = (weight: OnnxWeight): Tensor => weights.get(weight) ?? placed(weight)
  function placed(weight: OnnxWeight): Tensor {
    const variable = device.variable(weight.name, weight.shape)
    write(device, variable, weight.values())
    weights.set(weight, variable.tensor)
    return variable.tensor
  }
  const featuresOf = (images: Tensor): Tensor => rowsOf(name, model.apply([images], weightOf, [name])[0])
  // Traced before there are images, so that it is known now what it gives.
  const [, size] = featuresOf(input('images', [batch, ...shape])).shape

  const prepare = async (own: ImageShape) => {
    const images = device.variable('images', [batch, ...own])
    const features = device.variable('features', [batch, size])
    const program = await compile(device, {
      updates: [[features, featuresOf(prepareImages(images.tensor))]],
      report: {},
    })
    return { input: images, features, program }
  }
  const prepared = new Map<string, ReturnType<typeof prepare>>()
  return {
    name: options.name,
    size,
    features: (images) =>
      inTurn(device, async () => {
        requireFittingChannels(images.shape, shape[0])
        const key = images.shape.join()
        const viewing = prepared.get(key) ?? prepare(images.shape)
        prepared.set(key, viewing)
        const compiled = await viewing
        return forwardPass(device, compiled, compiled.features, images)
      }),
  }
}

function batchOf({ inputs }: OnnxModel, { batch = 16 }: OnnxFeatureOptions): number {
  const declared = inputs[0].shape?.[0]
  if (typeof declared === 'number') return declared
  if (Number.isInteger(batch) && batch >= 1) return batch
  throw new UserError(`A feature network cannot see ${batch} images at a time; give a whole number from 1 on.`)
}

/** One row per image. */
function rowsOf(name: string, tensor: Tensor): Tensor {
  const [batch, size, ...rest] = tensor.shape
  const isRows = size !== undefined && (rest.length === 0 || rest.length === 2) && rest.every((extent) => extent === 1)
  if (isRows && tensor.dtype === 'f32') return reshape(tensor, [batch, size])
  throw new UserError(
    `'${name}' of the feature network is ${tensor.dtype}${showShape(tensor.shape)}, and features are f32 [batch, n] or [batch, n, 1, 1]; name another output.`,
  )
}

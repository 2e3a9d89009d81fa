import { isImageShape } from '../../data/source.ts'
import type { ImageShape } from '../../data/source.ts'
import type { DataRange } from '../../gan/data.ts'
import { generate } from '../../gan/generate.ts'
import type { Trainer } from '../../gan/trainer.ts'
import { exportOnnx } from '../../onnx/export.ts'
import type { FedTensor } from '../../onnx/export.ts'
import { toChannelsFirst } from '../../onnx/layout.ts'
import { readFloats } from '../../runtime/device.ts'
import { input } from '../../tensor/operations/index.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { mapTree } from '../../tensor/tree.ts'

/**
 * The generator that is to be shown as an ONNX model (the bytes of an .onnx file): float latents `z` [batch, ...latent
 * shape], for any batch size, and in a game with classes int64 `label` [batch] (0 ... classes - 1) to float `images` [batch, channels, height, width], or where samples are no images to float
 * `points` [batch, ...]. The model's metadata say from where to draw latents and what range and layout images have, and
 * whatever `facts` adds.
 */
export function exportGenerator(
  { device, game, shown }: Pick<Trainer, 'device' | 'game' | 'shown'>,
  facts: Readonly<Record<string, string>> = {},
): Uint8Array {
  const { prior, dataShape, dataRange, condition } = game
  const weights = new Map<Tensor, Float32Array>()
  const variables = mapTree(shown, (tensor, name) => {
    const weight = input(name.replace(/^(parameters|buffers)\./, ''), tensor.shape)
    weights.set(weight, readFloats(device, tensor))
    return weight
  })
  const latentShape = prior.shape(dataShape)
  const trace = (batch: number) => {
    const latents = input('z', [batch, ...latentShape])
    const inputs: FedTensor[] = [{ name: 'z', tensor: latents }]
    const labels = condition ? { indices: input('label', [batch], 'i32'), classes: condition.classes } : null
    if (labels) inputs.push({ name: 'label', tensor: labels.indices, type: 'i64' })
    const samples = generate(game, variables, latents, labels)
    const output = isImageShape(dataShape)
      ? { name: 'images', tensor: toChannelsFirst(samples) }
      : { name: 'points', tensor: samples }
    return { inputs, outputs: [output], weights }
  }
  return exportOnnx(trace, {
    graphName: 'generator',
    metadata: {
      latent_shape: JSON.stringify(latentShape),
      latent_prior: prior.name,
      ...(condition ? { classes: String(condition.classes) } : {}),
      ...(isImageShape(dataShape) ? imageFacts(dataShape, dataRange) : { point_shape: JSON.stringify(dataShape) }),
      ...facts,
    },
  })
}

const imageFacts = ([height, width, channels]: ImageShape, range: DataRange): Record<string, string> => ({
  image_layout: 'NCHW',
  image_shape: JSON.stringify([channels, height, width]),
  image_range: range === 'signed' ? '[-1,1]' : '[0,1]',
})

import { generate } from '../gan/generate.ts'
import type { Trainer } from '../gan/trainer.ts'
import { exportOnnx } from '../onnx/export.ts'
import { toChannelsFirst } from '../onnx/layout.ts'
import { readFloats } from '../runtime/device.ts'
import { input } from '../tensor/operations/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { mapTree } from '../tensor/tree.ts'

/**
 * The generator that is to be shown as an ONNX model (the bytes of an .onnx file): float latents `z` [batch, ...latent
 * shape], for any batch size, to float `images` [batch, channels, height, width]. The model's metadata say from where to
 * draw latents and what range and layout images have, and whatever `facts` adds.
 */
export function exportGenerator(
  { device, game, shown }: Pick<Trainer, 'device' | 'game' | 'shown'>,
  facts: Readonly<Record<string, string>> = {},
): Uint8Array {
  const { prior, dataShape, dataRange } = game
  const weights = new Map<Tensor, Float32Array>()
  const variables = mapTree(shown, (tensor, name) => {
    const weight = input(name.replace(/^(parameters|buffers)\./, ''), tensor.shape)
    weights.set(weight, readFloats(device, tensor))
    return weight
  })
  const latentShape = prior.shape(dataShape)
  const trace = (batch: number) => {
    const latents = input('z', [batch, ...latentShape])
    const images = toChannelsFirst(generate(game, variables, latents))
    return { inputs: [{ name: 'z', tensor: latents }], outputs: [{ name: 'images', tensor: images }], weights }
  }
  const [height, width, channels] = dataShape
  return exportOnnx(trace, {
    graphName: 'generator',
    metadata: {
      latent_shape: JSON.stringify(latentShape),
      latent_prior: prior.name,
      image_layout: 'NCHW',
      image_shape: JSON.stringify([channels, height, width]),
      image_range: dataRange === 'signed' ? '[-1,1]' : '[0,1]',
      ...facts,
    },
  })
}

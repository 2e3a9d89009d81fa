import { isImageShape } from '../../data/source.ts'
import type { ImageShape } from '../../data/source.ts'
import { classCountOf, latentShapeOf, sampleRangeOf } from '../../gan/game/game.ts'
import type { Game, GameState } from '../../gan/game/game.ts'
import { inputNameOf, traceGeneration, variablesOfGeneration } from '../../gan/game/generation-state.ts'
import type { Trainer } from '../../gan/training/trainer.ts'
import { exportOnnx } from '../../onnx/export.ts'
import type { FedTensor } from '../../onnx/export.ts'
import { toChannelsFirst } from '../../onnx/layout.ts'
import { readFloats } from '../../runtime/device.ts'
import type { DataRange } from '../../tensor/fields.ts'
import { input } from '../../tensor/operations/index.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { mapTree } from '../../tensor/tree.ts'

/**
 * The generator that is to be shown as an ONNX model (the bytes of an .onnx file), for any batch size. Inputs: float latents `z`
 * [batch, ...latent shape], int64 `label` [batch] in a game with classes, and whatever else samples are made from by its field's
 * name, images [batch, channels, height, width]. Output: float `images` [batch, channels, height, width], or `points` [batch, ...] where samples are no images. The model's
 * metadata say from where to draw latents and what range and layout images have, and whatever `facts` adds.
 */
export function exportGenerator<State extends GameState>(
  { device, game, state }: Pick<Trainer<State>, 'device' | 'game' | 'state'>,
  facts: Readonly<Record<string, string>> = {},
): Uint8Array {
  const { prior, sample } = game.generation
  const classes = classCountOf(game)
  const needed = variablesOfGeneration(game)
  const weights = new Map<Tensor, Float32Array>()
  const held = mapTree(state, (tensor, name) => {
    if (!needed.has(name)) return tensor
    const weight = input(shortName(name), tensor.shape)
    weights.set(weight, readFloats(device, tensor))
    return weight
  })
  const latentShape = latentShapeOf(game)
  const trace = (batch: number) => {
    const { latents, given, sample: samples } = traceGeneration(game, held, batch)
    const inputs: FedTensor[] = [
      ...(latents ? [{ name: 'z', tensor: latents }] : []),
      ...Object.entries(given).map(([name, tensor]) => fedAs(game, name, tensor)),
    ]
    const output = isImageShape(sample.shape)
      ? { name: 'images', tensor: toChannelsFirst(samples) }
      : { name: 'points', tensor: samples }
    return { inputs, outputs: [output], weights }
  }
  const range = sampleRangeOf(game)
  return exportOnnx(trace, {
    graphName: 'generator',
    // Layers may draw in use: what they draw are further inputs.
    randomInputs: true,
    metadata: {
      ...(latentShape && prior ? { latent_shape: JSON.stringify(latentShape), latent_prior: prior.name } : {}),
      ...(classes === null ? {} : { classes: String(classes) }),
      ...(isImageShape(sample.shape) ? imageFacts(sample.shape, range) : { point_shape: JSON.stringify(sample.shape) }),
      ...facts,
    },
  })
}

/** Without what leads to a player: 'dense1.weight'. */
const shortName = (name: string): string => name.replace(/^\w+\.(parameters|buffers)\./, '')

const fedAs = ({ generation }: Pick<Game, 'generation'>, name: string, tensor: Tensor): FedTensor => ({
  name: inputNameOf(name),
  tensor,
  ...(generation.given[name].kind === 'whole' ? { type: 'i64' as const } : {}),
})

const imageFacts = ([height, width, channels]: ImageShape, range: DataRange | null): Record<string, string> => ({
  image_layout: 'NCHW',
  image_shape: JSON.stringify([channels, height, width]),
  ...(range === null ? {} : { image_range: range === 'signed' ? '[-1,1]' : '[0,1]' }),
})

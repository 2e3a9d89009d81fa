import type { ImageShape } from '../../data/source.ts'
import { conv2d, dense, flatten, heNormal, leakyRelu, stack } from '../../nn/index.ts'
import { evaluation, randomness } from '../../nn/layer.ts'
import type { Layer } from '../../nn/layer.ts'
import { compile } from '../../runtime/compile.ts'
import type { Device, Variable } from '../../runtime/device.ts'
import { UserError } from '../../tensor/errors.ts'
import { constant, literal, mul, sub } from '../../tensor/operations/index.ts'
import { sameShape } from '../../tensor/shape.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { mapTree } from '../../tensor/tree.ts'
import type { FeatureExtractor } from './feature-extractor.ts'
import { forwardPass } from './forward-pass.ts'
import { inTurn, keptByDevice, samplesAtOnce } from '../statistics/on-device.ts'

/** What numbers that were measured with it are named after. */
export const randomNetworkName = 'random network'

/** How many features an image has. */
const size = 128
const slope = 0.2
const seed = [0x7261_6e64, 0] as const

/**
 * A convolutional network that has learned nothing: its weights are drawn once for all. Naeem et al. 2020 (section 4.2) find that random
 * features compare images of any kind soundly, and more evenly than those of a network that knows other things. Needs no labels.
 */
export function createRandomFeatures(device: Device, shape: ImageShape): FeatureExtractor {
  const network = networkFor(shape)
  const prepare = async () => {
    const block = samplesAtOnce(shape)
    const input = device.variable('input', [block, ...shape])
    const features = device.variable('features', [block, size])
    const drawn: [Variable, Tensor][] = []
    const source = { seed: literal(seed, [2], 'i32'), step: constant(0, 'i32') }
    const parameters = mapTree(network.init(shape, randomness(source, 0)).parameters, (traced, name) => {
      const variable = device.variable(`random.${name}`, traced.shape)
      drawn.push([variable, traced])
      return variable.tensor
    })
    await (await compile(device, { updates: drawn, report: {} })).run()
    const view = network.apply({ parameters, buffers: {} }, sub(mul(input.tensor, 2), 1), evaluation).output
    return { input, features, program: await compile(device, { updates: [[features, view]], report: {} }) }
  }
  let prepared: ReturnType<typeof prepare> | undefined
  return {
    name: randomNetworkName,
    size,
    features: (images) =>
      inTurn(device, async () => {
        if (!sameShape(images.shape, shape)) {
          throw new UserError(
            `This ${randomNetworkName} sees images of ${shape.join(' x ')}, not of ${images.shape.join(' x ')}.`,
          )
        }
        const compiled = await (prepared ??= prepare())
        return forwardPass(device, compiled, compiled.features, images)
      }),
  }
}

/** The random features of images of a shape, which are taken where no network is given: made once for a device. */
export const usualFeatures = keptByDevice((shape: ImageShape) => shape.join(' x '), createRandomFeatures)

const mostChannels = 64

/** Images are halved until they have no more than 4 pixels a side, and what stands there is mixed. */
function networkFor([height, width]: ImageShape): Layer {
  const initializer = heNormal(slope)
  const halvings = Math.max(1, Math.ceil(Math.log2(Math.max(height, width) / 4)))
  return stack([
    ...Array.from({ length: halvings }, (_, level) => [
      conv2d(Math.min(16 * 2 ** level, mostChannels), {
        kernel: level === 0 ? 5 : 3,
        stride: 2,
        padding: 'same',
        bias: false,
        initializer,
      }),
      leakyRelu(slope),
    ]).flat(),
    flatten(),
    dense(size, { bias: false, initializer }),
  ])
}

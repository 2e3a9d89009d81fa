import type { ImageShape } from '../../data/source.ts'
import { evaluation, randomness } from '../../nn/layer.ts'
import type { LayerVariables } from '../../nn/layer.ts'
import { compile } from '../../runtime/compile.ts'
import { write } from '../../runtime/device.ts'
import type { Device } from '../../runtime/device.ts'
import { softmax } from '../../tensor/composite.ts'
import { UserError } from '../../tensor/errors.ts'
import { constant, literal } from '../../tensor/operations/index.ts'
import { sameShape, sizeOf } from '../../tensor/shape.ts'
import { leavesOf, mapTree } from '../../tensor/tree.ts'
import type { Classifier } from './feature-extractor.ts'
import type { ImageSet } from '../statistics/image-set.ts'
import { lenet, lenetFeatures, lenetName } from './lenet.ts'
import { forwardPass } from './forward-pass.ts'
import { inTurn, samplesAtOnce } from '../statistics/on-device.ts'
import type { Rows } from '../statistics/rows.ts'

/** A network that has learned, as plain numbers: to be kept, and to be put on any device. */
export interface LearnedLeNet {
  /** Of the images that it sees. */
  readonly shape: ImageShape
  /** How many classes it knows. */
  readonly classes: number
  /** Its variables by dotted name, row-major. */
  readonly variables: ReadonlyMap<string, Float32Array>
}

/** Puts a network that has learned on a device, where it stays as long as that. */
export function createClassifier(device: Device, learned: LearnedLeNet): Classifier {
  const { shape, classes } = learned
  const network = mapTree(shapesOf(learned), (traced, name) => {
    const variable = device.variable(`${lenetName}.${name}`, traced.shape)
    write(device, variable, learned.variables.get(name) ?? [])
    return variable.tensor
  })
  const prepare = async () => {
    const block = samplesAtOnce(shape)
    const input = device.variable('input', [block, ...shape])
    const features = device.variable('features', [block, lenetFeatures])
    const probabilities = device.variable('probabilities', [block, classes])
    const view = lenet(shape, classes).apply(network, input.tensor, evaluation)
    const updates = [
      [features, view.features],
      [probabilities, softmax(view.logits)],
    ] as const
    return { input, features, probabilities, program: await compile(device, { updates, report: {} }) }
  }
  let prepared: ReturnType<typeof prepare> | undefined
  const outputsOf = (what: 'features' | 'probabilities', images: ImageSet): Promise<Rows> =>
    inTurn(device, async () => {
      if (!sameShape(images.shape, shape)) {
        throw new UserError(
          `This ${lenetName} knows images of ${shape.join(' x ')} and cannot see those of ${images.shape.join(' x ')}.`,
        )
      }
      const compiled = await (prepared ??= prepare())
      return forwardPass(device, compiled, compiled[what], images)
    })
  return {
    name: lenetName,
    size: lenetFeatures,
    classes,
    features: (images) => outputsOf('features', images),
    probabilities: (images) => outputsOf('probabilities', images),
  }
}

/** Whether all variables of such a network are there and nothing else, in the right sizes and finite. */
export function isWhole(learned: LearnedLeNet): boolean {
  const expected = leavesOf(shapesOf(learned))
  return (
    expected.length === learned.variables.size &&
    expected.every(([name, { shape }]) => {
      const values = learned.variables.get(name)
      return values?.length === sizeOf(shape) && values.every(Number.isFinite)
    })
  )
}

function shapesOf({ shape, classes }: Pick<LearnedLeNet, 'shape' | 'classes'>): LayerVariables {
  const source = { seed: literal([0, 0], [2], 'i32'), step: constant(0, 'i32') }
  return lenet(shape, classes).init(randomness(source, 0))
}

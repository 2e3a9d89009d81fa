import { learning, randomness } from '../../nn/layer.ts'
import type { LayerVariables, Randomness } from '../../nn/layer.ts'
import type { Optimizer, OptimizerState } from '../../optim/index.ts'
import { clamp, logSoftmax, oneHot } from '../../tensor/composite.ts'
import { grad } from '../../tensor/grad.ts'
import {
  add,
  cast,
  constant,
  div,
  gather,
  iota,
  lessEqual,
  mul,
  randomUniform,
  reshape,
  shuffle,
  sub,
  sum,
  where,
} from '../../tensor/operations/index.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { LeNet } from './lenet.ts'

/** What a classifier learns from, on a device. */
export interface TrainingImages {
  /** u8 bytes [count, height, width, channels]. */
  readonly images: Tensor
  /** i32 [count]. */
  readonly labels: Tensor
  readonly classes: number
}

/** How it learns. */
export interface Learning {
  readonly network: LeNet
  readonly optimizer: Optimizer
  /** Low and high word, i32 [2]. */
  readonly seed: Tensor
  /** Images per step. */
  readonly batch: number
  /** Each image is moved by up to this many pixels in both directions. */
  readonly shift: number
}

/** Everything that changes from step to step. */
export type ClassifierState = {
  /** Steps, and complete epochs, done; images read of the present epoch. i32 []. */
  readonly step: Tensor
  readonly epoch: Tensor
  readonly position: Tensor
  readonly network: LayerVariables
  readonly optimizer: OptimizerState
}

/** Random streams, so far apart that none runs into the next. */
const streams = { order: 0, step: 1, start: 1 << 20 } as const

/** The state before the first step, traced. */
export function initialClassifier({ network, optimizer, seed }: Learning): ClassifierState {
  const none = constant(0, 'i32')
  const variables = network.init(randomness({ seed, step: none }, streams.start))
  return {
    step: none,
    epoch: none,
    position: none,
    network: variables,
    optimizer: optimizer.init(variables.parameters),
  }
}

/** One step down the mean cross-entropy of the next minibatch, traced. */
export function classifierStep(
  { network, optimizer, seed, batch, shift }: Learning,
  data: TrainingImages,
  state: ClassifierState,
): { state: ClassifierState; loss: Tensor } {
  const { step, epoch, position } = state
  const { parameters } = state.network
  const count = data.images.shape[0]
  const random = randomness({ seed, step }, streams.step)
  const rows = shuffle({ seed, step: epoch }, streams.order, count, position, batch)
  const images = shiftedImages(data.images, rows, shift, random)
  const { logits, buffers } = network.apply(state.network, images, learning(random))
  const wanted = oneHot(gather(data.labels, rows), data.classes)
  const loss = mul(sum(mul(logSoftmax(logits), wanted)), -1 / batch)
  const updated = optimizer.update(grad(loss, parameters), state.optimizer, parameters, step)
  // What is left of an epoch is dropped when it fills no batch.
  const after = add(position, batch)
  const goesOn = lessEqual(after, count - batch)
  return {
    state: {
      step: add(step, 1),
      epoch: where(goesOn, epoch, add(epoch, 1)),
      position: where(goesOn, after, 0),
      network: { parameters: updated.parameters, buffers },
      optimizer: updated.state,
    },
    loss,
  }
}

/**
 * The images of these rows, from 0 to 1, each moved by a whole number of pixels in -shift ... shift down and across. What comes in
 * repeats the edge: every pixel is picked from where it stood.
 */
function shiftedImages(images: Tensor, rows: Tensor, shift: number, random: Randomness): Tensor {
  const [count, height, width, channels] = images.shape
  const batch = rows.shape[0]
  const placesAlong = (extent: number, shape: number[]) =>
    clamp(add(reshape(iota(extent), shape), wholeNumbers(batch, shift, random)), 0, extent - 1)
  const y = placesAlong(height, [1, height, 1])
  const x = placesAlong(width, [1, 1, width])
  const first = mul(reshape(rows, [batch, 1, 1]), height * width)
  const places = add(add(first, mul(y, width)), x)
  const pixels = gather(reshape(images, [count * height * width, channels]), reshape(places, [batch * height * width]))
  return div(cast(reshape(pixels, [batch, height, width, channels]), 'f32'), 255)
}

/** For each image one of -most ... most, all equally likely; i32 [batch, 1, 1]. */
const wholeNumbers = (batch: number, most: number, { source, stream }: Randomness): Tensor =>
  sub(cast(mul(randomUniform(source, stream(), [batch, 1, 1]), 2 * most + 1), 'i32'), most)
